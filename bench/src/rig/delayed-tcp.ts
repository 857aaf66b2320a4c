/* A TCP proxy that delays what it passes on: a round trip for programs that don't speak UDP. The kernel's own flow on loopback has none, so slow start costs nothing. */
import { connect, createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

import type { Cleanup } from "@rangecast/testkit/processes/cleanup";

const HOST = "127.0.0.1";

/**
 * @param port of the server on loopback
 * @param delayMs of each direction, milliseconds
 * @returns the port at which the server appears to be so far away
 */
export async function delayTcp(port: number, delayMs: number, cleanup: Cleanup): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, HOST);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.setNoDelay(true);
      from.on("data", (data) => setTimeout(() => to.write(data), delayMs));
      from.on("end", () => setTimeout(() => to.end(), delayMs));
      from.on("error", () => to.destroy());
      from.on("close", () => sockets.delete(from));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  cleanup.add(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return (server.address() as AddressInfo).port;
}

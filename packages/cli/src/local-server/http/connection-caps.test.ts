import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { capConnections } from "./connection-caps.ts";

it("closes the connections of one address over its cap, and accepts new ones when others end", async () => {
  const server = createServer();
  capConnections(server, { perAddress: 2 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const sockets: Socket[] = [];
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const open = async (): Promise<Socket> => {
    const accepted = once(server, "connection");
    const socket = connect(port, "127.0.0.1");
    sockets.push(socket);
    await accepted;
    return socket;
  };
  const first = await open();
  await open();
  const third = await open();
  await once(third, "close");
  const gone = new Promise<void>(
    (resolve) => void server.getConnections((_error, count) => (count < 2 ? resolve() : setTimeout(resolve, 50))),
  );
  first.destroy();
  await gone;
  const fourth = await open();
  const closed = await Promise.race([once(fourth, "close").then(() => true), new Promise((resolve) => setTimeout(resolve, 50, false))]);
  expect(closed).toBe(false);
});

import type { Server } from "node:net";

/** Most connections of a server. Players use one to three each, browsers six. */
const MAX_CONNECTIONS = 64;
/** Most connections from one address, so that one device can't take all of them. */
const MAX_CONNECTIONS_PER_ADDRESS = 16;

export interface ConnectionCaps {
  /** @default {@link MAX_CONNECTIONS} */
  readonly total?: number;
  /** @default {@link MAX_CONNECTIONS_PER_ADDRESS} */
  readonly perAddress?: number;
}

/** Closes connections over the caps at once. */
export function capConnections(server: Server, caps: ConnectionCaps = {}): void {
  const { total = MAX_CONNECTIONS, perAddress = MAX_CONNECTIONS_PER_ADDRESS } = caps;
  const counts = new Map<string, number>();
  server.maxConnections = total;
  server.on("connection", (socket) => {
    const address = socket.remoteAddress ?? "";
    const count = (counts.get(address) ?? 0) + 1;
    counts.set(address, count);
    socket.once("close", () => {
      const left = (counts.get(address) ?? 1) - 1;
      if (left === 0) counts.delete(address);
      else counts.set(address, left);
    });
    if (count > perAddress) socket.destroy();
  });
}

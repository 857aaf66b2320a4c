import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { listenEverywhere, type ListenOptions } from "./listen.ts";

/** An address that no machine has (RFC 5737). */
const FOREIGN = "203.0.113.7";

async function listen(options: Partial<ListenOptions>): Promise<Awaited<ReturnType<typeof listenEverywhere>>> {
  const made: Server[] = [];
  onTestFinished(() => made.forEach((server) => void server.close()));
  const create = (): Server => {
    const server = createServer();
    made.push(server);
    return server;
  };
  return listenEverywhere({
    addresses: ["127.0.0.1"],
    optional: [],
    port: 0,
    preferredPort: 0,
    option: "--lan-port",
    createServer: create,
    ...options,
  });
}

async function takenPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

it("listens on the same port of all addresses, and leaves out those of other networks that fail", async () => {
  const { port, addresses, servers } = await listen({ addresses: ["127.0.0.1", "::1"], optional: [FOREIGN] });
  expect(addresses).toEqual(["127.0.0.1", "::1"]);
  expect(servers.map((server) => (server.address() as AddressInfo).port)).toEqual([port, port]);
});

it("refuses a port that the user chose and that is in use, and says what to do", async () => {
  const port = await takenPort();
  await expect(listen({ port })).rejects.toMatchObject({
    reason: "port-in-use",
    message: expect.stringMatching(new RegExp(`^Port ${port} on 127.0.0.1 is in use.*--lan-port 0`)),
  });
});

it("takes another port if the preferred one is in use", async () => {
  const preferredPort = await takenPort();
  expect((await listen({ port: undefined, preferredPort })).port).not.toBe(preferredPort);
});

it("refuses an address that is not this machine's", async () => {
  await expect(listen({ addresses: [FOREIGN] })).rejects.toMatchObject({
    reason: "cannot-listen",
    message: expect.stringContaining("--lan-host"),
  });
});

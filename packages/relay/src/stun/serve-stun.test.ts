import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { serveStun } from "./serve-stun.ts";

const REQUEST = Buffer.from("000100002112a442b7e7a701bc34d686fa87dfae", "hex");

async function client(): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  onTestFinished(() => void socket.close());
  return socket;
}

test("tells a client its address, and answers nothing else", async () => {
  const server = await serveStun({ host: "0.0.0.0", port: 0 });
  onTestFinished(() => server.close());
  const socket = await client();
  socket.send("nonsense", server.port, "127.0.0.1");
  socket.send(REQUEST, server.port, "127.0.0.1");
  const [answer] = (await once(socket, "message")) as [Buffer];
  expect(answer).toHaveLength(32);
  expect(answer.readUInt16BE(26) ^ 0x21_12).toBe(socket.address().port);
});

test("a port in use is refused with its reason", async () => {
  const server = await serveStun({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => server.close());
  await expect(serveStun({ host: "127.0.0.1", port: server.port })).rejects.toMatchObject({ name: "RelayError", reason: "port-in-use" });
});

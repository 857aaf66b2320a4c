import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { ChallengeBoard } from "../certificate/challenge-board.ts";
import { RelayError } from "@rangecast/relay";
import { expect, onTestFinished, test } from "vitest";
import { httpsRefusal, httpTrouble, openHttp } from "./domain-ports.ts";
import { startStun, withStun } from "./stun-server.ts";

const relayError = (reason: "port-in-use" | "port-forbidden" | "bad-host"): RelayError => new RelayError(reason, "why");

test.each([
  [
    "port-in-use",
    /^Port 443 is in use, probably by a web server\..* --origin https:\/\/relay\.example\.org --trust-proxy\.$/u,
    "port-in-use",
  ],
  ["port-forbidden", /setcap .*authbind.*--port 8443 --http-port 8080/u, "cannot-listen"],
  ["bad-host", /can't listen, port 443/u, "cannot-listen"],
] as const)("a port of https with %s says what to do", (reason, message, exit) => {
  const error = httpsRefusal(relayError(reason), undefined, 443, "relay.example.org");
  expect(error).toMatchObject({ reason: exit, message: expect.stringMatching(message) });
});

test.each([
  ["EADDRINUSE", /^Port 80 is in use by another program\. The certificate is checked by port 443 alone/u],
  ["EACCES", /^Only an administrator can use port 80\..*setcap/u],
  ["EADDRNOTAVAIL", /^Port 80 can't be used: this computer does not have that address\./u],
])("a port of http with %s says what it means", (code, message) => {
  expect(httpTrouble(code, Object.assign(new Error("why"), { code }), 80)).toMatch(message);
});

test("a taken port of http is no error", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  expect(await openHttp({ board: new ChallengeBoard(), origin: "https://a.example", port }, "127.0.0.1")).toMatch(/is in use/u);
});

const loopback = { name: "relay.example.org", onTrouble: () => undefined };
const ice = { iceServers: [] };

test("the STUN server is announced under the relay's name, before others", async () => {
  const flags = { host: "127.0.0.1", stunPort: await freeUdpPort() };
  const stun = await startStun({ ...loopback, flags, ice, warn: () => undefined });
  onTestFinished(() => stun?.close());
  const others = { iceServers: [{ urls: ["stun:other.example:1"] }] };
  expect(withStun(others, stun).iceServers.flatMap(({ urls }) => urls)).toEqual([
    `stun:relay.example.org:${flags.stunPort}`,
    "stun:other.example:1",
  ]);
  await expect(startStun({ ...loopback, flags, ice, warn: () => undefined })).rejects.toMatchObject({ reason: "port-in-use" });
});

test.each([
  ["--no-stun", { stun: false as const }, ice],
  ["a STUN server of others", { stun: ["stun:a.example:1"] }, { iceServers: [{ urls: ["stun:a.example:1"] }] }],
  ["as many TURN servers as can be announced", {}, { iceServers: [], turn: { urls: ["turn:a", "turn:b", "turn:c"], secret: "s" } }],
])("there is no STUN server of our own with %s", async (_, flags, settings) => {
  expect(await startStun({ ...loopback, flags, ice: settings, warn: () => undefined })).toBeUndefined();
});

async function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  return port;
}

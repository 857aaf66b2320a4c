import { createServer, type AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { judge, turnCheck } from "./turn.ts";

const never = new AbortController().signal;
const UDP = { url: "turn:t.example", udp: true };
const TLS = { url: "turns:t.example", udp: false };

describe("turn", () => {
  it.each([
    ["allocates an address", [{ ...UDP, works: true }], "pass", 1, 1],
    ["allocates no address", [{ ...UDP, works: false }], "fail", 1, 0],
    [
      "allocates an address, but can't be reached over TLS",
      [
        { ...UDP, works: true },
        { ...TLS, works: false },
      ],
      "warn",
      1,
      1,
    ],
    ["can be reached over TLS only, which daemons can't use", [{ ...TLS, works: true }], "warn", 0, 0],
    ["can't be reached", [{ ...TLS, works: false }], "fail", 0, 0],
  ] as const)("a server that %s", (_what, tried, status, asked, answered) => {
    const result = judge(tried);
    expect(result).toMatchObject({ status, findings: { turn: { asked, answered } } });
    expect(result.advice === undefined).toBe(status === "pass");
  });

  it("over TCP is checked by opening a connection", async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    const url = (port: number): string => `turn:127.0.0.1:${port}?transport=tcp`;
    const { port } = server.address() as AddressInfo;
    const look = (urls: string) => turnCheck.run({ iceServers: [{ urls, username: "u", credential: "c" }] }, never);
    expect((await look(url(port))).found).toContain("can be reached");
    expect((await look(url(1))).found).toContain("can't be reached");
  });

  it("is not awaited after the doctor was stopped", async () => {
    const result = await turnCheck.run({ iceServers: [{ urls: "turn:127.0.0.1:9", username: "", credential: "" }] }, AbortSignal.abort());
    expect(result.status).toBe("fail");
  });

  it("is skipped if the servers are unknown, or there is none", async () => {
    expect((await turnCheck.run({}, never)).status).toBe("skip");
    expect((await turnCheck.run({ iceServers: [{ urls: "stun:s.example" }] }, never)).status).toBe("skip");
  });
});

import { createSocket } from "node:dgram";
import { once } from "node:events";
import { describe, expect, it, onTestFinished } from "vitest";
import { askStun } from "./ask-stun.ts";
import { judge } from "../checks/stun.ts";
import type { IceAddress } from "./ice-url.ts";
import { BINDING_REQUEST, BINDING_SUCCESS, MAGIC_COOKIE, readBindingAnswer } from "./stun-binding.ts";

const PATIENCE_MS = 5000;
const V4 = 1;

/** A STUN answer that names this address, as RFC 8489 14.2 writes it. */
function answerTo(request: Buffer, address: readonly number[], port: number): Buffer {
  const answer = Buffer.alloc(36);
  answer.writeUInt16BE(BINDING_SUCCESS, 0);
  answer.writeUInt16BE(16, 2);
  request.copy(answer, 4, 4, 20);
  // An unknown attribute comes first, padded to four bytes.
  answer.writeUInt16BE(0x8022, 20);
  answer.writeUInt16BE(0, 22);
  answer.writeUInt16BE(0x0020, 24);
  answer.writeUInt16BE(8, 26);
  answer[29] = V4;
  answer.writeUInt16BE(port ^ (MAGIC_COOKIE >>> 16), 30);
  answer.writeUInt32BE((Buffer.from(address).readUInt32BE(0) ^ MAGIC_COOKIE) >>> 0, 32);
  return answer;
}

interface FakeServer {
  readonly address: IceAddress;
  /** Where requests came from. */
  readonly ports: number[];
}

/** A STUN server that drops the first requests, and reports the given public port. */
async function startServer(port: number, drops = 0, host = "127.0.0.1"): Promise<FakeServer> {
  const socket = createSocket("udp4").bind(0, host);
  onTestFinished(() => void socket.close());
  await once(socket, "listening");
  const ports: number[] = [];
  socket.on("message", (request, from) => {
    expect(request.readUInt16BE(0)).toBe(BINDING_REQUEST);
    ports.push(from.port);
    socket.send(Buffer.from("noise"), from.port, from.address);
    if (ports.length > drops) socket.send(answerTo(request, [203, 0, 113, 7], port), from.port, from.address);
  });
  const { port: own } = socket.address();
  return { ports, address: { url: `stun:${host}:${own}`, kind: "stun", transport: "udp", host, port: own } };
}

const never = new AbortController().signal;

describe("askStun", () => {
  it("asks all servers from one port, repeats lost requests, and reads how they see it", async () => {
    const [first, second] = [await startServer(4000), await startServer(4000, 1, "127.0.0.2")];
    const answers = await askStun([first.address, second.address], PATIENCE_MS, never);
    expect(answers).toMatchObject([
      { outcome: "answered", server: "127.0.0.1", mapped: { address: "203.0.113.7", port: 4000 } },
      { outcome: "answered", server: "127.0.0.2", mapped: { address: "203.0.113.7", port: 4000 } },
    ]);
    expect(new Set([...first.ports, ...second.ports]).size).toBe(1);
    expect(judge(answers)).toMatchObject({ status: "pass", findings: { stun: { asked: 2, answered: 2 } } });
  });

  it("recognises a router that uses another port for each peer", async () => {
    const servers = [await startServer(4000), await startServer(4001, 0, "127.0.0.2")];
    const result = judge(
      await askStun(
        servers.map(({ address }) => address),
        PATIENCE_MS,
        never,
      ),
    );
    expect(result).toMatchObject({
      status: "warn",
      found: expect.stringContaining("symmetric NAT"),
      advice: expect.stringContaining("TURN"),
    });
  });

  it("does not count another port that a server within the network sees", () => {
    const within = { url: "stun:a", outcome: "answered", server: "10.0.0.9", mapped: { address: "10.0.0.1", port: 1 } } as const;
    const outside = { url: "stun:b", outcome: "answered", server: "203.0.113.9", mapped: { address: "203.0.113.1", port: 2 } } as const;
    expect(judge([within, outside]).status).toBe("pass");
    expect(judge([outside, { ...outside, server: "203.0.113.10", mapped: { ...outside.mapped, port: 3 } }]).status).toBe("warn");
  });

  it("distinguishes a silent server from one whose name is not found", async () => {
    const silent = await startServer(4000, 1000);
    const unknown: IceAddress = { ...silent.address, url: "stun:nowhere.invalid", host: "nowhere.invalid" };
    const answers = await askStun([silent.address, unknown], 100, never);
    expect(answers.map(({ outcome }) => outcome)).toEqual(["silent", "no-name"]);
    expect(judge(answers)).toMatchObject({
      status: "fail",
      found: expect.stringMatching(/does not answer; the name in stun:nowhere\.invalid/),
    });
  });

  it("stops at once", async () => {
    const silent = await startServer(4000, 1000);
    const stop = new AbortController();
    const asking = askStun([silent.address], 3_600_000, stop.signal);
    stop.abort();
    expect(await asking).toMatchObject([{ outcome: "silent" }]);
  });
});

describe("readBindingAnswer", () => {
  const good = answerTo(Buffer.alloc(20), [203, 0, 113, 7], 4000);
  good.writeUInt32BE(MAGIC_COOKIE, 4);

  it("reads a valid response, and nothing or a valid port from a truncated or changed one", () => {
    expect(readBindingAnswer(good)?.mapped).toEqual({ address: "203.0.113.7", port: 4000 });
    for (let length = 0; length < good.length; length += 1) expect(readBindingAnswer(good.subarray(0, length))).toBeUndefined();
    for (let at = 0; at < good.length; at += 1) {
      const changed = Buffer.from(good);
      changed[at] = 0xff;
      expect(readBindingAnswer(changed)?.mapped.port ?? 0).toBeLessThanOrEqual(65_535);
    }
  });
});

import type { DataChannel, PeerConnection } from "@rangecast/rtc";
import { rewriteDescription, selectedPath } from "@rangecast/rtc";
import { afterEach, describe, expect, test } from "vitest";

import { createPeerConnection, openConnections } from "../index.ts";
import { MAX_MESSAGE_BYTES } from "./limits.ts";
import { connectPair, negotiate, nextMessage, type Pair, passesMessages, trickle } from "../testing/pair.ts";
import { CHROMIUM_OFFER } from "../testing/real-offers.ts";

const KIB = 1024;
/** A port that is probably free; otherwise the test fails with the reason. */
const UDP_PORT = 45_913;

const open: PeerConnection[] = [];
const opened = (pair: Pair): Pair => {
  open.push(pair.offerer, pair.answerer);
  return pair;
};

afterEach(() => {
  for (const connection of open.splice(0)) connection.close();
  expect(openConnections()).toBe(0);
});

const closed = (channel: DataChannel): Promise<unknown> => new Promise((resolve) => (channel.onclose = resolve));

describe("messages", () => {
  test("pass both ways as ArrayBuffers, also views of a larger buffer", async () => {
    const { near, far } = opened(await connectPair());
    const there = nextMessage(far);
    near.send(new Uint8Array([1, 2, 3]));
    expect(await there).toEqual(new Uint8Array([1, 2, 3]));
    const back = nextMessage(near);
    far.send(new Uint8Array([9, 8, 7]).subarray(1));
    expect(await back).toEqual(new Uint8Array([8, 7]));
  });

  test("arrive complete up to the maximum size; a larger one is refused and the channel stays usable", async () => {
    const { near, far } = opened(await connectPair());
    expect(() => near.send(new Uint8Array(MAX_MESSAGE_BYTES + 1))).toThrow(expect.objectContaining({ reason: "message-too-large" }));
    const largest = nextMessage(far);
    near.send(new Uint8Array(MAX_MESSAGE_BYTES).fill(7));
    expect(await largest).toEqual(new Uint8Array(MAX_MESSAGE_BYTES).fill(7));
  });

  test("sent right before a close still arrive", async () => {
    for (let round = 0; round < 20; round++) {
      const { offerer, answerer, near, far } = opened(await connectPair());
      const seen: number[] = [];
      far.onmessage = ({ data }) => seen.push((data as ArrayBuffer).byteLength);
      const farClosed = closed(far);
      for (let size = 1; size <= 5; size++) near.send(new Uint8Array(size));
      near.close();
      await farClosed;
      expect(seen).toEqual([1, 2, 3, 4, 5]);
      offerer.close();
      answerer.close();
    }
  });

  test("fill the buffer, and bufferedamountlow fires when it has drained to its threshold", async () => {
    const { near, far } = opened(await connectPair());
    let received = 0;
    far.onmessage = ({ data }) => (received += (data as ArrayBuffer).byteLength);
    near.bufferedAmountLowThreshold = 64 * KIB;
    const low = new Promise<number>((resolve) => (near.onbufferedamountlow = () => resolve(near.bufferedAmount)));
    let sent = 0;
    for (; near.bufferedAmount <= 64 * KIB && sent < 512; sent++) near.send(new Uint8Array(256 * KIB));
    expect(near.bufferedAmount).toBeGreaterThan(64 * KIB);
    expect(await low).toBeLessThanOrEqual(64 * KIB);
    await expect.poll(() => received, { timeout: 10_000 }).toBe(sent * 256 * KIB);
  });
});

describe("closing", () => {
  test("is seen by both channels and by the other connection", async () => {
    const { offerer, answerer, near, far } = opened(await connectPair());
    const both = [closed(near), closed(far)];
    offerer.close();
    await Promise.all(both);
    expect([near.readyState, far.readyState, offerer.connectionState]).toEqual(["closed", "closed", "closed"]);
    await expect.poll(() => answerer.connectionState).toMatch(/disconnected|closed/u);
    expect(() => near.send(new Uint8Array(1))).toThrow(expect.objectContaining({ reason: "not-open" }));
  });

  test("is idempotent, also from within a handler", async () => {
    const { offerer, near, far } = opened(await connectPair());
    let closes = 0;
    far.onclose = () => closes++;
    const over = new Promise<void>((resolve) => {
      near.onclose = () => {
        offerer.close();
        near.close();
        resolve();
      };
    });
    far.onmessage = () => far.close();
    near.send(new Uint8Array(1));
    await over;
    offerer.close();
    await expect.poll(() => closes).toBe(1);
  });

  test("makes every later call fail by name", async () => {
    const connection = createPeerConnection();
    connection.close();
    expect(connection.connectionState).toBe("closed");
    expect(() => connection.createDataChannel("x")).toThrow(expect.objectContaining({ reason: "closed" }));
    const calls = [
      () => connection.createOffer(),
      () => connection.createAnswer(),
      () => connection.setLocalDescription(),
      () => connection.setRemoteDescription({ type: "offer", sdp: "" }),
      () => connection.addIceCandidate({ candidate: "candidate:1 1 udp 1 192.0.2.1 9 typ host" }),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject({ reason: "closed" });
  });
});

describe("exceptions of event handlers", () => {
  test("go to onFault, and the connection stays usable", async () => {
    const faults = new Set<string>();
    const onFault = (error: unknown): void => void faults.add(error instanceof Error ? error.message : "");
    const fault = (where: string) => (): never => {
      throw new Error(where);
    };
    const offerer = createPeerConnection({ onFault });
    const answerer = createPeerConnection({ onFault });
    open.push(offerer, answerer);
    trickle(offerer, answerer);
    offerer.onconnectionstatechange = fault("state");
    const near = offerer.createDataChannel("test");
    near.onopen = fault("open");
    const announced = new Promise<DataChannel>((resolve) => {
      answerer.ondatachannel = ({ channel }) => {
        resolve(channel);
        fault("channel")();
      };
    });
    await negotiate(offerer, answerer);
    const far = await announced;
    far.onmessage = fault("message");
    await expect.poll(() => near.readyState).toBe("open");
    near.send(new Uint8Array(1));
    await expect.poll(() => [...faults].sort()).toEqual(["channel", "message", "open", "state"]);
    expect(await passesMessages({ offerer, answerer, near, far })).toBe(true);
  });
});

describe("unsupported calls", () => {
  test("are refused by name: relay only, ICE restart, a second negotiation", async () => {
    expect(() => createPeerConnection({ iceTransportPolicy: "relay" })).toThrow(
      expect.objectContaining({ reason: "relay-only-unsupported" }),
    );
    const { offerer, answerer } = opened(await connectPair());
    await expect(offerer.createOffer({ iceRestart: true })).rejects.toMatchObject({ reason: "ice-restart-unsupported" });
    await expect(offerer.createOffer()).rejects.toMatchObject({ reason: "wrong-state" });
    await expect(answerer.setRemoteDescription({ type: "offer", sdp: "" })).rejects.toMatchObject({ reason: "wrong-state" });
  });

  test("out of order are refused; the library would abort the process", async () => {
    const connection = createPeerConnection();
    open.push(connection);
    await expect(connection.createAnswer()).rejects.toMatchObject({ reason: "wrong-state" });
    await expect(connection.createOffer()).rejects.toMatchObject({ reason: "wrong-state" });
    await expect(connection.setLocalDescription({ type: "answer", sdp: "" })).rejects.toMatchObject({ reason: "wrong-state" });
    await expect(connection.addIceCandidate({ candidate: "candidate:1 1 udp 1 192.0.2.1 9 typ host" })).rejects.toMatchObject({
      reason: "wrong-state",
    });
    await connection.addIceCandidate({ candidate: "" });
  });

  test("with a bind address that isn't ours fail by name, and the connection is closed", () => {
    const connection = createPeerConnection({ bindAddress: "203.0.113.1" });
    expect(() => connection.createDataChannel("x")).toThrow(expect.objectContaining({ reason: "no-socket" }));
    expect(connection.connectionState).toBe("closed");
  });
});

describe("candidates", () => {
  test("of an offerer are raised only after the answer, and end with null", async () => {
    const [offerer, answerer] = [createPeerConnection(), createPeerConnection()];
    open.push(offerer, answerer);
    offerer.createDataChannel("x");
    const events: (string | undefined | null)[] = [];
    offerer.onicecandidate = ({ candidate }) => events.push(candidate && candidate.toJSON().candidate);
    const offer = await offerer.createOffer();
    await offerer.setLocalDescription(offer);
    await answerer.setRemoteDescription(offer);
    const answer = await answerer.createAnswer();
    await answerer.setLocalDescription(answer);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([events, offerer.localDescription?.sdp.includes("a=candidate")]).toEqual([[], false]);
    await offerer.setRemoteDescription(answer);
    await expect.poll(() => events.at(-1)).toBe(null);
    expect(events.length).toBeGreaterThan(1);
    expect(events.slice(0, -1).every((candidate) => candidate?.startsWith("candidate:"))).toBe(true);
  });

  test("of an answerer are raised once its description is set, which contains them", async () => {
    const [offerer, answerer] = [createPeerConnection(), createPeerConnection()];
    open.push(offerer, answerer);
    offerer.createDataChannel("x");
    let ended = false;
    answerer.onicecandidate = ({ candidate }) => (ended ||= candidate === null);
    await answerer.setRemoteDescription(await offerer.createOffer());
    const answer = await answerer.createAnswer();
    expect([answer.sdp.includes("a=candidate"), answerer.localDescription]).toEqual([false, null]);
    await answerer.setLocalDescription(answer);
    expect(answerer.localDescription?.sdp).toContain("a=candidate");
    await expect.poll(() => ended).toBe(true);
  });

  test("can share one UDP port among many connections", async () => {
    const ports = new Set<string | undefined>();
    for (let count = 0; count < 3; count++) {
      const pair = opened(await connectPair({}, { udpPort: UDP_PORT }));
      for (const [, , port] of pair.answerer.localDescription?.sdp.matchAll(/candidate:\S+ 1 UDP \d+ (\S+) (\d+)/gu) ?? []) ports.add(port);
      expect(await passesMessages(pair)).toBe(true);
    }
    expect([...ports]).toEqual([String(UDP_PORT)]);
  });

  test("use only the bind address", async () => {
    const pair = opened(await connectPair({ bindAddress: "127.0.0.1" }));
    expect(pair.offerer.localDescription?.sdp.match(/^a=candidate.*$/gmu)).toEqual([expect.stringContaining(" 127.0.0.1 ")]);
    expect(await passesMessages(pair)).toBe(true);
  });

  test("that are selected give the path", async () => {
    const pair = opened(await connectPair());
    expect(selectedPath(await pair.offerer.getStats())).toMatchObject({ kind: "direct", protocol: "udp" });
    expect(selectedPath(await pair.answerer.getStats())).toMatchObject({ kind: "direct", protocol: "udp" });
  });
});

test("S-6: the answer to an offer has known lines, and echoes no others", async () => {
  const connection = createPeerConnection({ bindAddress: "127.0.0.1" });
  open.push(connection);
  const unknown = "a=sctp-init:AQAAHmpJrOkAUAAA/////6M/5BbAAAAEgAgABoLA\r\na=unknown:1\r\n";
  await connection.setRemoteDescription({ type: "offer", sdp: CHROMIUM_OFFER.replace("m=", "a=cryptex\r\nm=") + unknown });
  const answer = await connection.createAnswer();
  await connection.setLocalDescription(answer);
  for (const description of [answer, connection.localDescription ?? answer]) {
    expect(description).toEqual(rewriteDescription(description));
    expect(description.sdp).not.toMatch(/sctp-init|unknown|cryptex/u);
  }
});

test("a remote that opens too many channels loses the connection", async () => {
  const { offerer, answerer } = opened(await connectPair());
  for (let count = 0; count < 20; count++) offerer.createDataChannel(`more ${count}`);
  await expect.poll(() => answerer.connectionState).toBe("closed");
});

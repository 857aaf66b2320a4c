import type { DataChannel, PeerConnection } from "@rangecast/rtc";
import { selectedPath } from "@rangecast/rtc";
import { afterEach, describe, expect, test } from "vitest";

import { createPeerConnection, openConnections } from "../index.ts";
import { MAX_MESSAGE_BYTES } from "./limits.ts";
import { connectPair, negotiate, nextMessage, type Pair, PAIRINGS, passesMessages, trickle } from "../testing/pair.ts";

const KIB = 1024;

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

describe.each(PAIRINGS)("$offers offers, $answers answers:", ({ offers, answers, rounds }) => {
  const connect = (): Promise<Pair> => connectPair({ transport: offers }, { transport: answers });

  describe("messages", () => {
    test("pass both ways as ArrayBuffers, also views of a larger buffer", async () => {
      const { near, far } = opened(await connect());
      const there = nextMessage(far);
      near.send(new Uint8Array([1, 2, 3]));
      expect(await there).toEqual(new Uint8Array([1, 2, 3]));
      const back = nextMessage(near);
      far.send(new Uint8Array([9, 8, 7]).subarray(1));
      expect(await back).toEqual(new Uint8Array([8, 7]));
    });

    test("arrive complete up to the maximum size; a larger one is refused and the channel stays usable", async () => {
      const { near, far } = opened(await connect());
      expect(() => near.send(new Uint8Array(MAX_MESSAGE_BYTES + 1))).toThrow(expect.objectContaining({ reason: "message-too-large" }));
      const largest = nextMessage(far);
      const message = new Uint8Array(MAX_MESSAGE_BYTES).fill(7);
      near.send(message);
      // Not toEqual(), which takes seconds for as many elements.
      expect(Buffer.compare(await largest, message)).toBe(0);
    });

    test("sent right before a close still arrive", async () => {
      for (let round = 0; round < rounds; round++) {
        const { offerer, answerer, near, far } = opened(await connect());
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
      const { near, far } = opened(await connect());
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
      const { offerer, answerer, near, far } = opened(await connect());
      const both = [closed(near), closed(far)];
      offerer.close();
      await Promise.all(both);
      expect([near.readyState, far.readyState, offerer.connectionState]).toEqual(["closed", "closed", "closed"]);
      await expect.poll(() => answerer.connectionState).toMatch(/disconnected|closed/u);
      expect(() => near.send(new Uint8Array(1))).toThrow(expect.objectContaining({ reason: "not-open" }));
    });

    test("is idempotent, also from within a handler", async () => {
      const { offerer, near, far } = opened(await connect());
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
      const connection = createPeerConnection({ transport: offers });
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
      const offerer = createPeerConnection({ transport: offers, onFault });
      const answerer = createPeerConnection({ transport: answers, onFault });
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

  test("a remote that opens too many channels loses the connection", async () => {
    const { offerer, answerer } = opened(await connect());
    for (let count = 0; count < 20; count++) offerer.createDataChannel(`more ${count}`);
    await expect.poll(() => answerer.connectionState).toBe("closed");
  });

  test("the selected candidates give the path", async () => {
    const pair = opened(await connect());
    expect(selectedPath(await pair.offerer.getStats())).toMatchObject({ kind: "direct", protocol: "udp" });
    expect(selectedPath(await pair.answerer.getStats())).toMatchObject({ kind: "direct", protocol: "udp" });
  });
});

/* Transfers between our SCTP association and another implementation's, straight over UDP on loopback: one list for all of them. */
import { createCipheriv, createHash, type Hash } from "node:crypto";
import { createDeferred } from "@rangecast/base";
import { type AssociationEnd, PayloadProtocol } from "@rangecast/sctp";
import { expect } from "vitest";
import { SctpOverUdp } from "./sctp-over-udp.ts";
import { type SctpPeer, startSctpPeer } from "./sctp-peers.ts";

const STREAM = 1;
/** One message on it says how the peer ends the association. */
const ENDING_STREAM = 2;
const MESSAGE_BYTES = 16 * 1024;
/** Size of our packets without a search for a larger one, bytes. */
const BASE_PACKET_BYTES = 1172;
/** More of our messages than this does not wait in the association, bytes. */
const HIGH_WATER_BYTES = 4 * 1024 * 1024;
/** Longest that one transfer may take, milliseconds: it ends a hanging test. */
const LIMIT_MS = 10 * 60_000;

/** A transfer between the two. */
export interface Transfer {
  /** Who begins the handshake. */
  readonly opener: "ours" | "peer";
  readonly weSend: number;
  readonly peerSends: number;
  /** Share of the packets that each direction loses. */
  readonly loss: number;
  /** Of each direction, milliseconds. */
  readonly delayMs: number;
  /** Largest packet that we look for, bytes. */
  readonly maxPathPacketBytes?: number;
  readonly ending: "shutdown of ours" | "shutdown of the peer" | "abort of ours" | "abort of the peer";
}

/** Both roles, both directions, with and without loss, and each ending. `large` and `small` are bytes; the peers' own senders are slow with loss. */
export function transfersOf({ large, small }: { readonly large: number; readonly small: number }): Transfer[] {
  return [
    { opener: "ours", weSend: large + 4321, peerSends: 0, loss: 0, delayMs: 0, ending: "shutdown of ours" },
    { opener: "peer", weSend: large + 4321, peerSends: 0, loss: 0.03, delayMs: 0, ending: "shutdown of the peer" },
    { opener: "ours", weSend: 0, peerSends: large + 4321, loss: 0, delayMs: 0, ending: "abort of the peer" },
    { opener: "peer", weSend: 0, peerSends: small + 4321, loss: 0.03, delayMs: 1, ending: "abort of ours" },
    {
      opener: "ours",
      weSend: small + 1,
      peerSends: small + 1,
      loss: 0.01,
      delayMs: 0,
      maxPathPacketBytes: 1372,
      ending: "shutdown of ours",
    },
  ];
}

/** How each ending looks from our side, and what the peer is told to do. */
const endings: Record<Transfer["ending"], { readonly reason: string; readonly peer?: string }> = {
  "shutdown of ours": { reason: "shut-down" },
  "shutdown of the peer": { reason: "shut-down", peer: "shutdown" },
  "abort of ours": { reason: "aborted" },
  "abort of the peer": { reason: "peer-aborted", peer: "abort" },
};

/**
 * Opens an association, sends in both directions at once, resets the streams and ends, and expects that every byte arrived once and in order.
 * Loss and delay begin when the association is open, and loss ends before its ending. What has to be closed afterwards is given to `cleanUp` (vitest's `onTestFinished`).
 * @returns numbers for display
 */
export async function transferWith(
  implementation: SctpPeer,
  transfer: Transfer,
  cleanUp: (task: () => void | Promise<void>) => void,
): Promise<Record<string, unknown>> {
  const { opener, weSend, peerSends, loss, delayMs, maxPathPacketBytes = BASE_PACKET_BYTES, ending } = transfer;
  const received = { bytes: 0, hash: createHash("sha256") };
  const opened = createDeferred<void>();
  const peerReset = createDeferred<readonly number[]>();
  const resetDone = createDeferred<boolean>();
  const ended = createDeferred<AssociationEnd>();
  let more = (): void => undefined;
  const ours = await SctpOverUdp.open({
    maxPathPacketBytes,
    onOpen: () => opened.resolve(),
    onMessage: ({ streamId, protocolId, bytes }) => {
      expect([streamId, protocolId]).toEqual([STREAM, PayloadProtocol.BINARY]);
      received.bytes += bytes.byteLength;
      received.hash.update(bytes);
    },
    onPeerReset: (streamIds) => peerReset.resolve(streamIds),
    onResetDone: (_streamIds, accepted) => resetDone.resolve(accepted),
    onSent: () => more(),
    onEnd: (end) => ended.resolve(end),
  });
  cleanUp(() => ours.close());
  const peer = await startSctpPeer(implementation, ours.port, { role: opener === "ours" ? "server" : "client", sendBytes: peerSends });
  cleanUp(async () => {
    await peer.stop();
  });
  const start = await peer.waitFor((event) => event.event === "start");
  if (opener === "ours") ours.connect(Number(start["port"]));
  await opened.promise;
  // A reset before the peer has its stream would be lost on it.
  await peer.waitFor((event) => event.event === "open");
  const packetBytes = implementation.answersProbes ? maxPathPacketBytes : BASE_PACKET_BYTES;
  await expect.poll(() => ours.association.stats.packetBytes).toBe(packetBytes);
  ours.delayMs = delayMs;
  ours.lossThere = () => Math.random() < loss;
  ours.lossBack = ours.lossThere;

  const began = performance.now();
  const sent = createHash("sha256");
  more = sender(ours, weSend, sent);
  more();
  ours.pump();

  const atPeer = await peer.waitFor((event) => event.event === "received", LIMIT_MS);
  const fromPeer = await peer.waitFor((event) => event.event === "sent", LIMIT_MS);
  expect(await peerReset.promise).toEqual([STREAM]);
  expect(await resetDone.promise).toBe(true);
  expect(atPeer).toMatchObject({ bytes: weSend, messages: Math.ceil(weSend / MESSAGE_BYTES), sha256: sent.digest("hex") });
  expect(received).toMatchObject({ bytes: peerSends });
  expect(received.hash.digest("hex")).toBe(fromPeer["sha256"]);
  const numbers = {
    peer: implementation.name,
    ...transfer,
    seconds: (performance.now() - began) / 1000,
    ...ours.packets,
    ...ours.association.stats,
  };

  // Nothing repeats an ABORT or a SHUTDOWN COMPLETE that is lost.
  ours.lossThere = ours.lossBack = () => false;
  if (ending === "shutdown of ours") ours.association.shutDown(performance.now());
  if (ending === "abort of ours") ours.association.abort("enough");
  const peerEnds = endings[ending].peer;
  if (peerEnds !== undefined) ours.association.send(ENDING_STREAM, PayloadProtocol.STRING, Buffer.from(peerEnds));
  ours.pump();
  expect(await peer.waitFor((event) => event.event === "end")).toMatchObject({ ok: true });
  expect((await ended.promise).reason).toBe(endings[ending].reason);
  return numbers;
}

/** Gives the association messages while it has room, and resets the stream after the last one. Called again whenever something was acknowledged. */
function sender({ association }: SctpOverUdp, bytes: number, hash: Hash): () => void {
  const cipher = createCipheriv("aes-128-ctr", Buffer.alloc(16, 7), Buffer.alloc(16));
  let left = bytes;
  let reset = false;
  return () => {
    while (left > 0 && association.bufferedBytes < HIGH_WATER_BYTES) {
      const message = cipher.update(Buffer.alloc(Math.min(MESSAGE_BYTES, left)));
      hash.update(message);
      association.send(STREAM, PayloadProtocol.BINARY, message);
      left -= message.byteLength;
    }
    if (left === 0 && !reset) {
      reset = true;
      association.resetStreams([STREAM]);
    }
  };
}

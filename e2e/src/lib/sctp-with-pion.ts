/* Our SCTP association and pion's, straight over UDP on loopback. */
import { createCipheriv, createHash, type Hash } from "node:crypto";
import { createDeferred } from "@rangecast/base";
import { type AssociationEnd, PayloadProtocol } from "@rangecast/sctp";
import { expect } from "vitest";
import { startPionAssociation } from "./pion.ts";
import { SctpOverUdp } from "./sctp-over-udp.ts";

const STREAM = 1;
/** One message on it says how pion ends the association. */
const ENDING_STREAM = 2;
const MESSAGE_BYTES = 16 * 1024;
/** More of our messages than this does not wait in the association, bytes. */
const HIGH_WATER_BYTES = 4 * 1024 * 1024;
/** Longest that one transfer may take, milliseconds: it ends a hanging test. */
const LIMIT_MS = 10 * 60_000;

/** A transfer between the two. */
export interface Transfer {
  /** Who begins the handshake. */
  readonly opener: "ours" | "pion";
  readonly weSend: number;
  readonly pionSends: number;
  /** Share of the packets that each direction loses. */
  readonly loss: number;
  readonly ending: "shutdown of ours" | "shutdown of pion" | "abort of ours" | "abort of pion";
}

/** Both roles, both directions, with and without loss, and each ending. `large` and `small` are bytes; pion's own sender is slow with loss. */
export function transfersOf({ large, small }: { readonly large: number; readonly small: number }): Transfer[] {
  return [
    { opener: "ours", weSend: large + 4321, pionSends: 0, loss: 0, ending: "shutdown of ours" },
    { opener: "pion", weSend: large + 4321, pionSends: 0, loss: 0.03, ending: "shutdown of pion" },
    { opener: "ours", weSend: 0, pionSends: large + 4321, loss: 0, ending: "abort of pion" },
    { opener: "pion", weSend: 0, pionSends: small + 4321, loss: 0.03, ending: "abort of ours" },
    { opener: "ours", weSend: small + 1, pionSends: small + 1, loss: 0.01, ending: "shutdown of ours" },
  ];
}

/** How each ending looks from our side, and what pion is told to do. */
const endings: Record<Transfer["ending"], { readonly reason: string; readonly pion?: string }> = {
  "shutdown of ours": { reason: "shut-down" },
  "shutdown of pion": { reason: "shut-down", pion: "shutdown" },
  "abort of ours": { reason: "aborted" },
  "abort of pion": { reason: "peer-aborted", pion: "abort" },
};

/**
 * Opens an association, sends in both directions at once, resets the streams and ends, and expects that every byte arrived once and in order.
 * Loss begins when the association is open. What has to be closed afterwards is given to `cleanUp` (vitest's `onTestFinished`).
 * @returns numbers for display
 */
export async function transferWithPion(
  transfer: Transfer,
  cleanUp: (task: () => void | Promise<void>) => void,
): Promise<Record<string, unknown>> {
  const { opener, weSend, pionSends, loss, ending } = transfer;
  const received = { bytes: 0, hash: createHash("sha256") };
  const opened = createDeferred<void>();
  const peerReset = createDeferred<readonly number[]>();
  const resetDone = createDeferred<boolean>();
  const ended = createDeferred<AssociationEnd>();
  let more = (): void => undefined;
  const ours = await SctpOverUdp.open({
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
  const peer = await startPionAssociation(ours.port, { role: opener === "ours" ? "server" : "client", sendBytes: pionSends });
  cleanUp(async () => {
    await peer.stop();
  });
  const start = await peer.waitFor((event) => event.event === "start");
  if (opener === "ours") ours.connect(Number(start["port"]));
  await opened.promise;
  // A reset before pion has its stream would be lost on it.
  await peer.waitFor((event) => event.event === "open");
  ours.lossThere = () => Math.random() < loss;
  ours.lossBack = ours.lossThere;

  const began = performance.now();
  const sent = createHash("sha256");
  more = sender(ours, weSend, sent);
  more();
  ours.pump();

  const atPion = await peer.waitFor((event) => event.event === "received", LIMIT_MS);
  const fromPion = await peer.waitFor((event) => event.event === "sent", LIMIT_MS);
  expect(await peerReset.promise).toEqual([STREAM]);
  expect(await resetDone.promise).toBe(true);
  expect(atPion).toMatchObject({ bytes: weSend, messages: Math.ceil(weSend / MESSAGE_BYTES), sha256: sent.digest("hex") });
  expect(received).toMatchObject({ bytes: pionSends });
  expect(received.hash.digest("hex")).toBe(fromPion["sha256"]);
  const numbers = { ...transfer, seconds: (performance.now() - began) / 1000, ...ours.packets, ...ours.association.stats };

  if (ending === "shutdown of ours") ours.association.shutDown(performance.now());
  if (ending === "abort of ours") ours.association.abort("enough");
  const pionEnds = endings[ending].pion;
  if (pionEnds !== undefined) ours.association.send(ENDING_STREAM, PayloadProtocol.STRING, Buffer.from(pionEnds));
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

/*
 * The base protocol as its first clients used it: one range from the position to the end; for a seek, a CANCEL and another range. Only the agent's own
 * water marks limit its sending.
 */
import { createSignalClient, formatCandidate, formatOffer, parseAnswer, parseCandidate, type SignalClient } from "@rangecast/signal";
import { decodeFrame, encodeFrame, type Frame } from "@rangecast/wire";
import type { Target } from "./api.ts";
import { createFailure, type Viewer } from "./viewer.ts";

/** Length of a RANGE_REQ that means: to the end (C-3). */
const TO_THE_END = 0n;

export async function openFirehose(target: Target): Promise<Viewer> {
  const peer = new RTCPeerConnection();
  const channel = peer.createDataChannel("firehose");
  channel.binaryType = "arraybuffer";
  const { failed, fail } = createFailure();
  const life = new AbortController();
  channel.onclose = () => fail(new Error("the channel closed"));
  const hello = Promise.withResolvers<void>();
  let streamId = 0;
  let take: (bytes: number) => void = () => undefined;
  const send = (frame: Frame): void => channel.send(encodeFrame(frame));
  channel.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
    const frame = decodeFrame(new Uint8Array(data));
    if (frame.type === "range-data" && frame.streamId === streamId) take(frame.data.byteLength);
    else if (frame.type === "hello") hello.resolve();
    else if (frame.type === "ping") send({ type: "pong", streamId: frame.streamId });
    else if (frame.type === "range-end" && frame.status !== 0) fail(new Error(`the range ended with status ${frame.status}`));
  };

  const signals = createSignalClient({ ...target, side: "browser" });
  negotiate(peer, signals, life.signal).catch((error: unknown) => life.signal.aborted || fail(error));
  await Promise.race([hello.promise, failed]);
  return {
    readFrom(start, onBytes) {
      if (streamId > 0) send({ type: "cancel", streamId });
      streamId += 1;
      take = onBytes;
      send({ type: "range-req", streamId, offset: BigInt(start), length: TO_THE_END });
    },
    failed,
    async close() {
      await signals.post({ type: "bye", payload: "" });
      life.abort();
      peer.close();
    },
  };
}

/** Offers, and follows the agent's signalling until `signal` aborts. */
async function negotiate(peer: RTCPeerConnection, signals: SignalClient, signal: AbortSignal): Promise<void> {
  const early: RTCIceCandidateInit[] = [];
  await peer.setLocalDescription();
  await signals.post({ type: "offer", payload: formatOffer({ sdp: peer.localDescription?.sdp ?? "" }) }, { signal });
  peer.onicecandidate = ({ candidate }) => {
    if (candidate?.candidate) void signals.post({ type: "candidate", payload: formatCandidate(candidate.toJSON()) }, { signal });
  };
  for await (const { type, payload } of signals.messages({ signal })) {
    if (type === "answer") {
      await peer.setRemoteDescription({ type: "answer", sdp: parseAnswer(payload).sdp });
      for (const candidate of early.splice(0)) await peer.addIceCandidate(candidate);
    } else if (type === "candidate") {
      const candidate = parseCandidate(payload);
      if (peer.remoteDescription === null) early.push(candidate);
      else await peer.addIceCandidate(candidate);
    }
  }
}

import type { DataChannel, PeerConnection } from "@rangecast/rtc";
import { createPeerConnection } from "@rangecast/rtc-node";
import { formatCandidate, formatOffer, parseAnswer, parseCandidate, type SignalClient } from "@rangecast/signal";
import { decodeFrame, encodeFrame, type Frame } from "@rangecast/wire";

/** A minimal browser: it opens the channel, sends frames, and passes on those that arrive. */
export interface RangeFetcher {
  readonly peer: PeerConnection;
  readonly channel: DataChannel;
  /** Sets the function that gets each frame. Frames are kept until one is set. */
  readonly onFrame: (take: (frame: Frame) => void) => void;
  readonly send: (frame: Frame) => void;
  readonly close: () => void;
}

/** Connects as the browser of the base protocol. The offer has no candidates; they follow it. */
export async function connectFetcher(signals: SignalClient): Promise<RangeFetcher> {
  const peer = createPeerConnection();
  const channel = peer.createDataChannel("file", { ordered: true });
  channel.binaryType = "arraybuffer";
  const kept: Frame[] = [];
  let take = (frame: Frame): void => void kept.push(frame);
  channel.onmessage = ({ data }) => {
    const frame = decodeFrame(new Uint8Array(data as ArrayBuffer));
    if (frame.type === "ping") channel.send(encodeFrame({ type: "pong", streamId: frame.streamId }));
    else take(frame);
  };
  const open = new Promise((resolve) => (channel.onopen = resolve));
  peer.onicecandidate = ({ candidate }) => {
    if (candidate === null) void signals.post({ type: "candidate-end", payload: "" });
    else void signals.post({ type: "candidate", payload: formatCandidate(candidate.toJSON()) });
  };
  const offer = await peer.createOffer();
  await signals.post({ type: "offer", payload: formatOffer(offer) });
  await peer.setLocalDescription(offer);
  const reading = new AbortController();
  void readAgent(peer, signals, reading.signal);
  await open;
  return {
    peer,
    channel,
    onFrame(next) {
      take = next;
      for (const frame of kept.splice(0)) next(frame);
    },
    send: (frame) => channel.send(encodeFrame(frame)),
    close() {
      reading.abort();
      peer.close();
    },
  };
}

async function readAgent(peer: PeerConnection, signals: SignalClient, signal: AbortSignal): Promise<void> {
  for await (const { type, payload } of signals.messages({ signal })) {
    if (type === "answer") await peer.setRemoteDescription(parseAnswer(payload));
    else if (type === "candidate") await peer.addIceCandidate(parseCandidate(payload));
  }
}

/* A bare data channel, without a protocol, from another Chromium or from a transport alone. */
import type { Flow } from "./api.ts";

/** Message size that all of Chromium's peers accept, and that of our large frames, bytes. */
const MESSAGE_BYTES = 65_535;
/** Water marks of the sender's queue, bytes: never empty, and far below Chromium's limit of 16 MiB. */
const HIGH_BYTES = 4 * 1024 * 1024;
const LOW_BYTES = 1024 * 1024;
const MS_PER_SECOND = 1000;
/** Longest wait for the first message, milliseconds: ICE and DTLS over a path that loses packets. */
const FIRST_MESSAGE_MS = 30_000;

let peer: RTCPeerConnection | undefined;
let channel: RTCDataChannel | undefined;

export async function receiverOffer(): Promise<string> {
  peer = new RTCPeerConnection();
  channel = peer.createDataChannel("bare");
  channel.binaryType = "arraybuffer";
  return gathered(peer);
}

export async function receiverTake(answer: string, bytes: number): Promise<Flow> {
  const receiving = channel;
  if (peer === undefined || receiving === undefined) throw new Error("no offer was made");
  const begun = Promise.withResolvers<number>();
  const done = Promise.withResolvers<void>();
  let got = 0;
  receiving.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
    if (got === 0) begun.resolve(performance.now());
    got += data.byteLength;
    if (got >= bytes) done.resolve();
  };
  receiving.onclose = () => done.reject(new Error("the channel closed"));
  await peer.setRemoteDescription({ type: "answer", sdp: answer });
  await done.promise;
  const ms = performance.now() - (await begun.promise);
  receiving.onclose = null;
  peer.close();
  return { bytes: got, ms };
}

/** Takes the answer, and counts the bytes of each second, from the first message on. */
export async function receiverCount(answer: string, seconds: number): Promise<number[]> {
  const receiving = channel;
  if (peer === undefined || receiving === undefined) throw new Error("no offer was made");
  const begun = Promise.withResolvers<number>();
  const bytesBySecond = Array.from({ length: seconds }, () => 0);
  let startMs = Number.NaN;
  receiving.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
    const now = performance.now();
    if (Number.isNaN(startMs)) begun.resolve((startMs = now));
    const second = Math.floor((now - startMs) / MS_PER_SECOND);
    if (second < seconds) bytesBySecond[second]! += data.byteLength;
  };
  receiving.onclose = () => begun.reject(new Error("the channel closed"));
  setTimeout(() => begun.reject(new Error("nothing arrived")), FIRST_MESSAGE_MS);
  await peer.setRemoteDescription({ type: "answer", sdp: answer });
  await begun.promise;
  await new Promise((resolve) => setTimeout(resolve, seconds * MS_PER_SECOND));
  receiving.onclose = receiving.onmessage = null;
  peer.close();
  return bytesBySecond;
}

export async function senderAnswer(offer: string): Promise<string> {
  peer = new RTCPeerConnection();
  peer.ondatachannel = (event) => {
    channel = event.channel;
    feed(channel);
  };
  await peer.setRemoteDescription({ type: "offer", sdp: offer });
  return gathered(peer);
}

function feed(sending: RTCDataChannel): void {
  const message = new Uint8Array(MESSAGE_BYTES);
  const fill = (): void => {
    while (sending.readyState === "open" && sending.bufferedAmount < HIGH_BYTES) sending.send(message);
  };
  sending.bufferedAmountLowThreshold = LOW_BYTES;
  sending.onbufferedamountlow = fill;
  sending.onopen = fill;
  fill();
}

/** The local description with all candidates in it. */
async function gathered(of: RTCPeerConnection): Promise<string> {
  const complete = new Promise<void>((resolve) => {
    of.onicegatheringstatechange = () => of.iceGatheringState === "complete" && resolve();
  });
  await of.setLocalDescription();
  await complete;
  return of.localDescription?.sdp ?? "";
}

/* Chromium to Chromium over a bare data channel, without a protocol: the most that the receiving browser can take. */
import type { Flow } from "./api.ts";

/** Message size that all of Chromium's peers accept, and that of our large frames, bytes. */
const MESSAGE_BYTES = 65_535;
/** Water marks of the sender's queue, bytes: never empty, and far below Chromium's limit of 16 MiB. */
const HIGH_BYTES = 4 * 1024 * 1024;
const LOW_BYTES = 1024 * 1024;

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

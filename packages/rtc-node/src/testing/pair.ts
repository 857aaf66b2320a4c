import type { DataChannel, PeerConnection } from "@rangecast/rtc";

import { createPeerConnection, type NodePeerConnectionConfig } from "../index.ts";

export type Transport = NonNullable<NodePeerConnectionConfig["transport"]>;
export const TRANSPORTS: readonly Transport[] = ["native", "own"];

/** Which transport offers, and which answers. Fewer rounds of what is repeated are enough for two different ones. */
export const PAIRINGS: readonly { readonly offers: Transport; readonly answers: Transport; readonly rounds: number }[] = [
  { offers: "native", answers: "native", rounds: 20 },
  { offers: "own", answers: "own", rounds: 20 },
  { offers: "native", answers: "own", rounds: 5 },
  { offers: "own", answers: "native", rounds: 5 },
];

/** Two connected peer connections, and both ends of their channel. */
export interface Pair {
  readonly offerer: PeerConnection;
  readonly answerer: PeerConnection;
  readonly near: DataChannel;
  readonly far: DataChannel;
}

/** Passes the candidates of each to the other; unusable ones are ignored. */
export function trickle(one: PeerConnection, other: PeerConnection): void {
  const ignore = (): void => {};
  one.onicecandidate = ({ candidate }) => void (candidate && other.addIceCandidate(candidate.toJSON()).catch(ignore));
  other.onicecandidate = ({ candidate }) => void (candidate && one.addIceCandidate(candidate.toJSON()).catch(ignore));
}

/** Exchanges offer and answer. The answer contains the answerer's candidates, since the offerer can't add them before it. */
export async function negotiate(offerer: PeerConnection, answerer: PeerConnection): Promise<void> {
  const offer = await offerer.createOffer();
  await offerer.setLocalDescription(offer);
  await answerer.setRemoteDescription(offer);
  const answer = await answerer.createAnswer();
  await answerer.setLocalDescription(answer);
  await offerer.setRemoteDescription(answerer.localDescription ?? answer);
}

/** Connects two and waits until both ends of the channel are open. */
export async function connectPair(config: NodePeerConnectionConfig = {}, answererConfig: NodePeerConnectionConfig = config): Promise<Pair> {
  const offerer = createPeerConnection(config);
  const answerer = createPeerConnection(answererConfig);
  trickle(offerer, answerer);
  const near = offerer.createDataChannel("test", { ordered: true });
  const nearOpen = new Promise((resolve) => (near.onopen = resolve));
  const farOpen = new Promise<DataChannel>((resolve) => {
    answerer.ondatachannel = ({ channel }) => (channel.onopen = () => resolve(channel));
  });
  await negotiate(offerer, answerer);
  await nearOpen;
  return { offerer, answerer, near, far: await farOpen };
}

export function nextMessage(channel: DataChannel): Promise<Uint8Array> {
  return new Promise((resolve) => (channel.onmessage = ({ data }) => resolve(new Uint8Array(data as ArrayBuffer))));
}

/** Sends one message each way, to check that a pair works. */
export async function passesMessages({ near, far }: Pair): Promise<boolean> {
  const there = nextMessage(far);
  const back = nextMessage(near);
  near.send(new Uint8Array([1, 2, 3]));
  far.send(new Uint8Array([4, 5]));
  return (await there).byteLength === 3 && (await back).byteLength === 2;
}

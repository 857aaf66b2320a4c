/* A child process: repeatedly, one side sends at full speed and the other closes while it does. Exits with 0 unless it crashes. */
import type { DataChannel, PeerConnection } from "@rangecast/rtc";

import { MESSAGE_BYTES } from "./messages.ts";
import { loadStack, type StackName } from "./stack.ts";

/** When the other side closes, milliseconds after the channel opened: random, to find a race. */
const CLOSE_AFTER_MS = 20;
const CLOSE_SPREAD_MS = 30;
/** Longest that the sender continues after that, milliseconds. */
const AFTERMATH_MS = 60;
const BURST = 30;
const HIGH_MARK_BYTES = 500_000;
/** Rounds in parallel, so that closing connections disturb sending ones. */
const TOGETHER = 4;

const [, , name, rounds] = process.argv;
const createPeerConnection = await loadStack(name as StackName);
if (createPeerConnection === undefined) throw new Error("the stack is not installed");
const ignore = (): void => {};
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function connect(): Promise<{ viewer: PeerConnection; host: PeerConnection; channel: DataChannel }> {
  const [viewer, host] = [createPeerConnection!({}), createPeerConnection!({})];
  viewer.onicecandidate = ({ candidate }) => void (candidate && host.addIceCandidate(candidate.toJSON()).catch(ignore));
  host.onicecandidate = ({ candidate }) => void (candidate && viewer.addIceCandidate(candidate.toJSON()).catch(ignore));
  viewer.createDataChannel("data").onmessage = ignore;
  const opened = new Promise<DataChannel>((resolve) => (host.ondatachannel = ({ channel }) => resolve(channel)));
  const offer = await viewer.createOffer();
  await viewer.setLocalDescription(offer);
  await host.setRemoteDescription(offer);
  await host.setLocalDescription(await host.createAnswer());
  await viewer.setRemoteDescription(host.localDescription!);
  return { viewer, host, channel: await opened };
}

async function round(): Promise<void> {
  const { viewer, host, channel } = await connect();
  const message = new Uint8Array(MESSAGE_BYTES);
  const closeAt = performance.now() + CLOSE_AFTER_MS + Math.random() * CLOSE_SPREAD_MS;
  let closed = false;
  for (let now = performance.now(); now < closeAt + AFTERMATH_MS; now = performance.now()) {
    if (!closed && now > closeAt) {
      closed = true;
      viewer.close();
    }
    try {
      for (let sent = 0; sent < BURST && channel.bufferedAmount < HIGH_MARK_BYTES; sent++) channel.send(message);
    } catch {
      break;
    }
    await turn();
  }
  viewer.close();
  host.close();
}

for (let done = 0; done < Number(rounds); done += TOGETHER) await Promise.all(Array.from({ length: TOGETHER }, round));
process.exit(0);

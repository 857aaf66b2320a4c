/*
 * A transport alone: answers one offer, and sends messages on its data channel as fast as the channel takes them. Arguments: TRANSPORT MESSAGE_BYTES.
 * Reads the offer from stdin, {"type":"offer","sdp":…} in one line; prints {"event":"answer","sdp":…} with all candidates, and then a sample of the
 * transport's statistics ten times a second, if it has them. Ends when stdin does.
 */
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { DataChannel, PeerConnection, SessionDescription } from "@rangecast/rtc";
import { createPeerConnection } from "@rangecast/rtc-node";

const LOOPBACK = "127.0.0.1";
/** Water marks of what waits in the channel, bytes: never empty, and small beside what a second carries. */
const HIGH_BYTES = 2 * 1024 * 1024;
const LOW_BYTES = 512 * 1024;
const SAMPLE_MS = 100;
const US_PER_MS = 1_000;

const print = (event: string, fields: object = {}): void => console.log(JSON.stringify({ event, ...fields }));

function feed(channel: DataChannel, messageBytes: number): void {
  const message = new Uint8Array(messageBytes);
  const fill = (): void => {
    while (channel.readyState === "open" && channel.bufferedAmount < HIGH_BYTES) channel.send(message);
  };
  channel.bufferedAmountLowThreshold = LOW_BYTES;
  channel.onbufferedamountlow = fill;
  if (channel.readyState === "open") fill();
  else channel.onopen = fill;
}

/** The answer, once all candidates are known. */
async function answer(peer: PeerConnection, offer: SessionDescription): Promise<string> {
  const gathered = new Promise<void>((resolve) => {
    peer.onicecandidate = ({ candidate }) => {
      if (candidate === null) resolve();
    };
  });
  await peer.setRemoteDescription(offer);
  await peer.setLocalDescription(await peer.createAnswer());
  await gathered;
  return peer.localDescription?.sdp ?? "";
}

async function sample(peer: PeerConnection): Promise<void> {
  const { user, system } = process.cpuUsage();
  const cpuMs = Math.round((user + system) / US_PER_MS);
  const statistics = await peer.getStats();
  statistics.forEach((entry) => {
    if (entry["type"] === "sctp-transport") print("sample", { ms: Math.round(performance.now()), cpuMs, ...entry });
  });
}

const [, , transport, messageBytes] = process.argv;
const peer = createPeerConnection({ bindAddress: LOOPBACK, transport: transport === "own" ? "own" : "native" });
peer.ondatachannel = ({ channel }) => {
  feed(channel, Number(messageBytes));
  setInterval(() => void sample(peer), SAMPLE_MS);
};
print("start");
const input = createInterface({ input: process.stdin });
const [line] = (await once(input, "line")) as [string];
print("answer", { sdp: await answer(peer, JSON.parse(line) as SessionDescription) });
await once(input, "close");
process.exit(0);

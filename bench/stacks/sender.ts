/* A child process: answers each offer, and each request (a u32 of bytes) with as many bytes. */
import type { DataChannel, PeerConnection } from "@rangecast/rtc";

import { type LaneSignal, MESSAGE_BYTES } from "./messages.ts";
import { loadStack, type StackName } from "./stack.ts";

const createPeerConnection = await loadStack(process.argv[2] as StackName);
if (createPeerConnection === undefined) throw new Error("the stack is not installed");
const lanes = new Map<number, PeerConnection>();
const payload = new Uint8Array(MESSAGE_BYTES);

function serve(channel: DataChannel): void {
  channel.binaryType = "arraybuffer";
  channel.onmessage = ({ data }) => {
    let left = new DataView(data as ArrayBuffer).getUint32(0);
    for (; left > 0; left -= Math.min(left, MESSAGE_BYTES)) channel.send(payload.subarray(0, Math.min(left, MESSAGE_BYTES)));
  };
}

function makeLane(lane: number): PeerConnection {
  const peer = createPeerConnection!({ iceServers: [] });
  lanes.set(lane, peer);
  peer.ondatachannel = ({ channel }) => serve(channel);
  peer.onicecandidate = ({ candidate }) => {
    if (candidate !== null) process.send?.({ kind: "candidate", lane, candidate: candidate.toJSON() } satisfies LaneSignal);
  };
  return peer;
}

/** Withholds the other side's candidates, so that everything goes through the link. */
async function take(signal: LaneSignal): Promise<void> {
  if (signal.kind === "candidate") return;
  const peer = makeLane(signal.lane);
  await peer.setRemoteDescription(signal.description);
  const description = await peer.createAnswer();
  await peer.setLocalDescription(description);
  process.send?.({
    kind: "description",
    lane: signal.lane,
    description: { type: description.type, sdp: description.sdp },
  } satisfies LaneSignal);
}

process.on("message", (signal: LaneSignal) => void take(signal));

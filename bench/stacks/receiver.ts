/* A child process: opens lanes, and keeps a window of bytes outstanding over all of them. */
import type { CandidateInit, DataChannel, PeerConnection } from "@rangecast/rtc";

import type { LaneSignal, WindowResult, WindowRun } from "./messages.ts";
import { loadStack, type StackName } from "./stack.ts";

const MS_PER_SECOND = 1_000;
const REQUEST_BYTES = 4;

interface Lane {
  readonly peer: PeerConnection;
  readonly channel: DataChannel;
  readonly early: CandidateInit[];
  answered: boolean;
  outstanding: number;
}

const createPeerConnection = await loadStack(process.argv[2] as StackName);
if (createPeerConnection === undefined) throw new Error("the stack is not installed");
const lanes: Lane[] = [];

async function open(index: number): Promise<void> {
  const peer = createPeerConnection!({ iceServers: [] });
  const channel = peer.createDataChannel("data");
  channel.binaryType = "arraybuffer";
  lanes[index] = { peer, channel, early: [], answered: false, outstanding: 0 };
  const opened = new Promise((resolve) => (channel.onopen = resolve));
  const description = await peer.createOffer();
  await peer.setLocalDescription(description);
  process.send?.({ kind: "description", lane: index, description: { type: description.type, sdp: description.sdp } } satisfies LaneSignal);
  await opened;
}

/** Requests pieces on the lane with the fewest bytes outstanding, while the window allows. */
function fill({ windowBytes, pieceBytes }: WindowRun): void {
  for (;;) {
    const total = lanes.reduce((sum, { outstanding }) => sum + outstanding, 0);
    if (total + pieceBytes > windowBytes) return;
    const lane = lanes.reduce((least, each) => (each.outstanding < least.outstanding ? each : least));
    const request = new Uint8Array(REQUEST_BYTES);
    new DataView(request.buffer).setUint32(0, pieceBytes);
    lane.outstanding += pieceBytes;
    lane.channel.send(request);
  }
}

async function run(order: WindowRun): Promise<void> {
  await Promise.all(Array.from({ length: order.lanes }, (_, index) => open(index)));
  const start = performance.now();
  const bytesBySecond = Array.from({ length: Math.ceil(order.milliseconds / MS_PER_SECOND) }, () => 0);
  for (const lane of lanes) {
    lane.channel.onmessage = ({ data }) => {
      const { byteLength } = data as ArrayBuffer;
      const elapsed = performance.now() - start;
      if (elapsed >= order.milliseconds) return;
      lane.outstanding -= byteLength;
      bytesBySecond[Math.floor(elapsed / MS_PER_SECOND)]! += byteLength;
      fill(order);
    };
  }
  fill(order);
  setTimeout(() => process.send?.({ kind: "result", bytesBySecond } satisfies WindowResult), order.milliseconds);
}

async function take(message: LaneSignal | WindowRun): Promise<void> {
  if (message.kind === "run") return run(message);
  const lane = lanes[message.lane];
  if (lane === undefined) return undefined;
  if (message.kind === "candidate") {
    return lane.answered ? lane.peer.addIceCandidate(message.candidate) : void lane.early.push(message.candidate);
  }
  await lane.peer.setRemoteDescription(message.description);
  lane.answered = true;
  for (const candidate of lane.early.splice(0)) await lane.peer.addIceCandidate(candidate);
  return undefined;
}

process.on("message", (message: LaneSignal | WindowRun) => void take(message));

import type { DataChannel } from "@rangecast/rtc";
import { createPeerConnection } from "@rangecast/rtc-node";
import { formatRate } from "../../format.ts";
import { withPatience } from "../../patience.ts";
import { LOOPBACK } from "../../serve/listen-host.ts";
import { aborted } from "../../stop-signals.ts";
import { type Check, fail, pass } from "../check.ts";

/** How long to send, milliseconds: on loopback, SCTP reaches its full rate within a fraction of that. */
const FLOW_MS = 1000;
/** Size of a message, and the most to queue in the channel, bytes. */
const MESSAGE_BYTES = 64 * 1024;
const QUEUED_BYTES = 1024 * 1024;
const SECOND_MS = 1000;
const REPORT = "A firewall on this computer may block UDP even on loopback. If not, reinstall rangecast, and report this problem.";

/** Checks that the WebRTC stack works on this computer, and how fast it is, with two connections in this process. */
export const loopbackCheck: Check = {
  name: "loopback",
  deadline: { ms: FLOW_MS + 10_000, advice: REPORT },
  run: async (_findings, signal) => {
    const rate = await measure(signal);
    signal.throwIfAborted();
    return rate > 0
      ? pass(`${formatRate(rate)} through a data channel between two ends in this process`)
      : fail("no bytes arrived", REPORT);
  },
};

/** @returns bytes a second */
async function measure(signal: AbortSignal): Promise<number> {
  const [offerer, answerer] = [createPeerConnection({ bindAddress: LOOPBACK }), createPeerConnection({ bindAddress: LOOPBACK })];
  try {
    const near = offerer.createDataChannel("doctor", { ordered: true });
    let received = 0;
    answerer.ondatachannel = ({ channel }) => {
      channel.onmessage = ({ data }) => (received += (data as ArrayBuffer).byteLength);
    };
    offerer.onicecandidate = ({ candidate }) => {
      if (candidate !== null) answerer.addIceCandidate(candidate.toJSON()).catch(() => undefined);
    };
    answerer.onicecandidate = ({ candidate }) => {
      if (candidate !== null && offerer.connectionState !== "new") offerer.addIceCandidate(candidate.toJSON()).catch(() => undefined);
    };
    const opened = new Promise<void>((resolve) => (near.onopen = () => resolve()));
    const offer = await offerer.createOffer();
    await offerer.setLocalDescription(offer);
    await answerer.setRemoteDescription(offer);
    const answer = await answerer.createAnswer();
    await answerer.setLocalDescription(answer);
    await offerer.setRemoteDescription(answerer.localDescription ?? answer);
    await Promise.race([opened, aborted(signal)]);
    const startMs = performance.now();
    await flood(near, signal);
    return (received / (performance.now() - startMs)) * SECOND_MS;
  } finally {
    offerer.close();
    answerer.close();
  }
}

/** Keeps the channel full for FLOW_MS. */
function flood(channel: DataChannel, signal: AbortSignal): Promise<void> {
  const message = new Uint8Array(MESSAGE_BYTES);
  channel.bufferedAmountLowThreshold = QUEUED_BYTES / 2;
  const fill = (): void => {
    while (channel.readyState === "open" && channel.bufferedAmount < QUEUED_BYTES) channel.send(message);
  };
  return withPatience(FLOW_MS, signal, async (limited) => {
    channel.onbufferedamountlow = fill;
    fill();
    await aborted(limited);
    channel.onbufferedamountlow = null;
  });
}

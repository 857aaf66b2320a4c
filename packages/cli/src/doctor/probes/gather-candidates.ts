import type { IceServer } from "@rangecast/rtc";
import { createPeerConnection } from "@rangecast/rtc-node";

export interface GatherOptions {
  readonly iceServers?: readonly IceServer[];
  /** Told of each candidate line as it is found; true: enough. */
  readonly onCandidate?: (line: string) => boolean;
  readonly signal: AbortSignal;
}

/**
 * The candidates that the real stack finds here. A connection is offered within this process and never made: an answerer gathers at once.
 * @returns what was found until gathering ended, enough was found, or the signal aborted
 * @throws {RtcNodeError} `bad-ice-server`
 */
export async function gatherCandidates({ iceServers = [], onCandidate = () => false, signal }: GatherOptions): Promise<string[]> {
  const found: string[] = [];
  const answerer = createPeerConnection({ iceServers: [...iceServers] });
  const offerer = createPeerConnection();
  try {
    offerer.createDataChannel("doctor");
    const over = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
      answerer.onicecandidate = ({ candidate }) => {
        const line = candidate?.toJSON().candidate ?? "";
        if (line !== "") found.push(line);
        if (candidate === null || onCandidate(line)) resolve();
      };
    });
    await answerer.setRemoteDescription(await offerer.createOffer());
    await answerer.setLocalDescription(await answerer.createAnswer());
    if (!signal.aborted) await over;
    return found;
  } finally {
    offerer.close();
    answerer.close();
  }
}

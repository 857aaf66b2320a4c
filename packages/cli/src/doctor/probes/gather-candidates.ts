import type { IceServer } from "@rangecast/rtc";
import { createPeerConnection } from "@rangecast/rtc-node";
import { aborted } from "../../stop-signals.ts";

export interface GatherOptions {
  readonly iceServers?: readonly IceServer[];
  /** Called with each candidate line as it is found. Returns true to stop gathering. */
  readonly onCandidate?: (line: string) => boolean;
  readonly signal: AbortSignal;
}

/**
 * Gathers the candidates of this computer with the real WebRTC stack, by answering an offer from this process. No connection is made.
 * @returns the candidate lines found until gathering ended, onCandidate returned true, or the signal aborted
 * @throws {RtcNodeError} `bad-ice-server`
 */
export async function gatherCandidates({ iceServers = [], onCandidate = () => false, signal }: GatherOptions): Promise<string[]> {
  const found: string[] = [];
  const answerer = createPeerConnection({ iceServers: [...iceServers] });
  const offerer = createPeerConnection();
  try {
    offerer.createDataChannel("doctor");
    const over = new Promise<void>((resolve) => {
      answerer.onicecandidate = ({ candidate }) => {
        const line = candidate?.toJSON().candidate ?? "";
        if (line !== "") found.push(line);
        if (candidate === null || onCandidate(line)) resolve();
      };
    });
    await answerer.setRemoteDescription(await offerer.createOffer());
    await answerer.setLocalDescription(await answerer.createAnswer());
    await Promise.race([over, aborted(signal)]);
    return found;
  } finally {
    offerer.close();
    answerer.close();
  }
}

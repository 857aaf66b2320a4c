import { candidateLines, CandidateTally, type PeerConnection, rewriteCandidate } from "@rangecast/rtc";
import { type CandidatePayload, parseCandidate, PayloadError } from "@rangecast/signal";

/** Maximum number of a host's candidates that are used: agents send a few dozen. */
export const MAX_CANDIDATES = 128;

/**
 * The host's candidates. Agents may post them before the answer (B-1), so they are kept until it arrives. One that can't be used is skipped: the host
 * may still be reached by a peer-reflexive candidate.
 */
export class RemoteCandidates {
  readonly tally: CandidateTally = new CandidateTally();
  readonly #peer: PeerConnection;
  readonly #waiting: CandidatePayload[] = [];
  #answered = false;
  #seen = 0;
  #skipped = 0;

  constructor(peer: PeerConnection) {
    this.#peer = peer;
  }

  /** Number of candidates that could not be used. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Takes the payload of a `candidate` message. Never throws for a malformed one. */
  take(payload: string): void {
    this.#seen += 1;
    const candidate = this.#seen > MAX_CANDIDATES ? undefined : parse(payload);
    if (candidate !== undefined) this.tally.add(candidate.candidate ?? "");
    if (candidate === undefined) this.#skipped += 1;
    else if (this.#answered) this.#add(candidate);
    else this.#waiting.push(candidate);
  }

  /** ICE is restarted: candidates wait for the answer again, and those of the time before are of no use. */
  restarted(): void {
    this.#answered = false;
    this.#waiting.length = 0;
    this.#seen = 0;
  }

  /** The connection has the answer, so waiting candidates can be added. */
  answered(sdp: string): void {
    this.#answered = true;
    for (const line of candidateLines(sdp)) this.tally.add(line);
    for (const candidate of this.#waiting.splice(0)) this.#add(candidate);
  }

  /** Not awaited: resolving a `.local` name may take long. Any error means that the candidate was refused; stacks use different ones. */
  #add(candidate: CandidatePayload): void {
    this.#peer.addIceCandidate(candidate).catch(() => (this.#skipped += 1));
  }
}

/** A candidate with the fields that we know (S-6); undefined if it is malformed, or empty: that marks an end, which is only a hint (B-1). */
function parse(payload: string): CandidatePayload | undefined {
  try {
    const init = parseCandidate(payload);
    const candidate = rewriteCandidate(init.candidate ?? "");
    return candidate === undefined ? undefined : { ...init, candidate };
  } catch (error) {
    if (error instanceof PayloadError) return undefined;
    throw error;
  }
}

import { candidateLines, CandidateTally, type PeerConnection, rewriteCandidate } from "@rangecast/rtc";
import { type CandidatePayload, parseCandidate, PayloadError } from "@rangecast/signal";

/** Most candidates of one agent that are looked at, the kept ones included: agents send a few dozen. */
export const MAX_CANDIDATES = 128;

/**
 * The agent's candidates. Old agents post each message in a task of its own, so candidates may come before the answer: they are kept
 * until it is in. One that can't be used is skipped: the agent shows up as a peer-reflexive one, or not at all.
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

  /** Candidates that were of no use. */
  get skipped(): number {
    return this.#skipped;
  }

  /** The payload of a `candidate` message. Never throws for what it holds. */
  take(payload: string): void {
    this.#seen += 1;
    const candidate = this.#seen > MAX_CANDIDATES ? undefined : parse(payload);
    if (candidate !== undefined) this.tally.add(candidate.candidate ?? "");
    if (candidate === undefined) this.#skipped += 1;
    else if (this.#answered) this.#add(candidate);
    else this.#waiting.push(candidate);
  }

  /** The answer is in: what waits can be used. */
  answered(sdp: string): void {
    this.#answered = true;
    for (const line of candidateLines(sdp)) this.tally.add(line);
    for (const candidate of this.#waiting.splice(0)) this.#add(candidate);
  }

  /** Not awaited: a stack may take long over a `.local` name. Each refuses with an error of its own. */
  #add(candidate: CandidatePayload): void {
    this.#peer.addIceCandidate(candidate).catch(() => (this.#skipped += 1));
  }
}

/** A candidate with the fields that we know; undefined for what is none, and for an empty one: that is an end, and an end is only a hint. */
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

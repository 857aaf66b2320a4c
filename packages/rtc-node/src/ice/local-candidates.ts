import type { CandidateInit } from "@rangecast/rtc";

/** A local candidate as `onicecandidate` hands it out. */
export interface LocalCandidate {
  toJSON(): CandidateInit;
}

/**
 * Hands out local candidates in W3C order: none before the local description is set, each once, then `null` as the last. The library tells of candidates
 * and of the end through queues of their own, so the end can come first.
 */
export class LocalCandidates {
  readonly #emit: (candidate: LocalCandidate | null) => void;
  readonly #seen = new Set<string>();
  readonly #held: LocalCandidate[] = [];
  #released = false;
  #complete = false;
  #ended = false;

  constructor(emit: (candidate: LocalCandidate | null) => void) {
    this.#emit = emit;
  }

  add(text: string, sdpMid: string): void {
    const candidate = text.replace(/^a=/u, "");
    if (this.#ended || this.#seen.has(candidate)) return;
    this.#seen.add(candidate);
    this.#held.push({ toJSON: () => ({ candidate, sdpMid, sdpMLineIndex: 0 }) });
    this.#flush();
  }

  /** The local description is set. */
  release(): void {
    this.#released = true;
    this.#flush();
  }

  /** Gathering is over; `sdp` names all that was found. */
  complete(sdp: string, sdpMid: string): void {
    for (const line of sdp.split(/\r?\n/u)) if (line.startsWith("a=candidate:")) this.add(line, sdpMid);
    this.#complete = true;
    this.#flush();
  }

  /** Hands out nothing more. */
  stop(): void {
    this.#ended = true;
    this.#held.length = 0;
  }

  #flush(): void {
    if (!this.#released) return;
    for (const candidate of this.#held.splice(0)) this.#emit(candidate);
    if (!this.#complete || this.#ended) return;
    this.#ended = true;
    this.#emit(null);
  }
}

import type { CandidateInit } from "@rangecast/rtc";

/** A local candidate as `onicecandidate` passes it. */
export interface LocalCandidate {
  toJSON(): CandidateInit;
}

/**
 * Emits local candidates in W3C order: none before the local description is set, each once, then `null`. The library has separate queues for candidates
 * and for the end of gathering, so the end can arrive first.
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

  /** Called when candidates may be emitted. */
  release(): void {
    this.#released = true;
    this.#flush();
  }

  /** Gathering is complete; `sdp` contains all candidates. */
  complete(sdp: string, sdpMid: string): void {
    for (const line of sdp.split(/\r?\n/u)) if (line.startsWith("a=candidate:")) this.add(line, sdpMid);
    this.#complete = true;
    this.#flush();
  }

  /** Emits nothing more. */
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

import { isAfter, offsetOf } from "../wire/serial.ts";
import { encodeReResponse, type ReConfigParameter, ReConfigResult } from "../wire/re-config.ts";

/**
 * Requests of the peer that may wait for their turn, and answers that are kept. RFC 6525, 5.1.1, allows one request at a time, but pion sends one for each
 * stream without waiting for answers.
 */
const MAX_REQUESTS = 64;

export interface PeerResetsOptions {
  /** The first request number of the peer: its initial TSN (RFC 6525, 4.1). */
  readonly peerInitialTsn: number;
  /** The peer's chunks up to this TSN have all arrived. */
  readonly receivedUpTo: () => number;
  readonly onPeerReset: (streamIds: readonly number[]) => void;
  /** The peer asks for a reset of streams of this side; of all if none is named. */
  readonly onAsked: (streamIds: readonly number[]) => void;
}

type Request = Exclude<ReConfigParameter, { readonly kind: "response" }>;

/** The peer's requests to change streams (RFC 6525): performed in the order of their numbers, and answered. */
export class PeerResets {
  readonly #options: PeerResetsOptions;
  /** The number of the next request to perform. */
  #next: number;
  /** Requests from there on that have arrived, by number. */
  readonly #waiting = new Map<number, Request>();
  /** What the last requests gave, by number: their answers may be lost. */
  readonly #results = new Map<number, number>();
  readonly #answers: Uint8Array[] = [];

  constructor(options: PeerResetsOptions) {
    this.#options = options;
    this.#next = options.peerInitialTsn;
  }

  /** The number of the last request that was performed. */
  get lastSequence(): number {
    return (this.#next - 1) >>> 0;
  }

  /** The answer to send next; undefined if there is none. */
  get answer(): Uint8Array | undefined {
    return this.#answers[0];
  }

  /** The answer was written. */
  shiftAnswer(): void {
    this.#answers.shift();
  }

  onRequest(request: Request): void {
    const { sequence } = request;
    if (offsetOf(sequence, this.#next) >= MAX_REQUESTS) {
      this.#addAnswer(sequence, this.#results.get(sequence) ?? ReConfigResult.BAD_SEQUENCE);
      return;
    }
    this.#waiting.set(sequence, request);
    this.onProgress();
    if (this.#waiting.has(sequence)) this.#addAnswer(sequence, ReConfigResult.IN_PROGRESS);
  }

  /** Chunks arrived: requests that waited for them may be performed now. */
  onProgress(): void {
    for (let request = this.#waiting.get(this.#next); request !== undefined; request = this.#waiting.get(this.#next)) {
      if (request.kind === "outgoing-reset" && isAfter(request.lastTsn, this.#options.receivedUpTo())) return;
      const { sequence } = request;
      this.#waiting.delete(sequence);
      this.#next = (sequence + 1) >>> 0;
      this.#results.set(sequence, this.#perform(request));
      this.#results.delete((sequence - MAX_REQUESTS) >>> 0);
      this.#addAnswer(sequence, this.#results.get(sequence) ?? ReConfigResult.DENIED);
    }
  }

  #perform(request: Request): number {
    switch (request.kind) {
      case "outgoing-reset":
        this.#options.onPeerReset(request.streamIds);
        return ReConfigResult.DONE;
      case "incoming-reset":
        this.#options.onAsked(request.streamIds);
        return ReConfigResult.DONE;
      case "ssn-tsn-reset":
      case "add-outgoing-streams":
      case "add-incoming-streams":
        return ReConfigResult.DENIED;
    }
  }

  #addAnswer(sequence: number, result: number): void {
    if (this.#answers.length < MAX_REQUESTS) this.#answers.push(encodeReResponse(sequence, result));
  }
}

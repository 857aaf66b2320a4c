import { isAfter } from "../wire/serial.ts";
import { encodeOutgoingReset, encodeReResponse, type ReConfigParameter, ReConfigResult } from "../wire/re-config.ts";

/** Most streams in one request: a packet must hold it. */
const MAX_STREAMS_PER_REQUEST = 256;

export interface StreamResetOptions {
  /** The first request number of ours: our initial TSN (RFC 6525, 4.1). */
  readonly ownInitialTsn: number;
  readonly peerInitialTsn: number;
  readonly maxRetransmissions: number;
  /** The last TSN that we gave to a chunk. */
  readonly lastTsn: () => number;
  /** Whether messages of a stream are still to be sent, or to be acknowledged. */
  readonly streamInUse: (streamId: number) => boolean;
  /** The peer's chunks up to this TSN have all arrived. */
  readonly receivedUpTo: () => number;
  readonly onPeerReset: (streamIds: readonly number[]) => void;
  readonly onDone: (streamIds: readonly number[], accepted: boolean) => void;
}

interface Request {
  readonly sequence: number;
  /** Streams that are not known to be reset yet. */
  readonly streamIds: Set<number>;
  readonly bytes: Uint8Array;
  sendAtMs: number;
  tries: number;
}

/** Resets streams in both directions (RFC 6525): at most one request of ours at a time, and the peer's requests are answered. */
export class StreamReset {
  readonly #options: StreamResetOptions;
  readonly #waiting = new Set<number>();
  #request: Request | undefined;
  #nextSequence: number;
  /** The number of the peer's next request. */
  #peerSequence: number;
  /** Our answer to the peer's last request, for when it is repeated. */
  #lastAnswer: Uint8Array | undefined;
  /** A request of the peer that waits for chunks that are still on their way. */
  #pending: { readonly sequence: number; readonly lastTsn: number; readonly streamIds: readonly number[] } | undefined;
  #answer: Uint8Array | undefined;

  constructor(options: StreamResetOptions) {
    this.#options = options;
    this.#nextSequence = options.ownInitialTsn;
    this.#peerSequence = options.peerInitialTsn;
  }

  /** Asks to reset our outgoing streams, once all their messages were acknowledged. */
  reset(streamIds: readonly number[]): void {
    for (const streamId of streamIds) this.#waiting.add(streamId);
  }

  get deadlineMs(): number {
    if (this.#answer !== undefined || this.#ready()) return Number.NEGATIVE_INFINITY;
    return this.#request?.sendAtMs ?? Number.POSITIVE_INFINITY;
  }

  /** The bytes of a RE-CONFIG chunk to send now; undefined if there is none. @param rtoMs after which an unanswered request is sent again */
  take(nowMs: number, rtoMs: number): Uint8Array | "failed" | undefined {
    const answer = this.#answer;
    this.#answer = undefined;
    if (answer !== undefined) return answer;
    if (this.#ready()) this.#begin(nowMs);
    const request = this.#request;
    if (request === undefined || request.sendAtMs > nowMs) return undefined;
    if (request.tries > this.#options.maxRetransmissions) return "failed";
    request.sendAtMs = nowMs + rtoMs * 2 ** request.tries;
    request.tries += 1;
    return request.bytes;
  }

  /** A RE-CONFIG parameter arrived. */
  onParameter(parameter: ReConfigParameter): void {
    switch (parameter.kind) {
      case "outgoing-reset":
        return this.#onRequest(parameter.sequence, () => this.#hold(parameter));
      case "response":
        return this.#onResponse(parameter.sequence, parameter.result);
      case "incoming-reset":
        return this.#onRequest(parameter.sequence, () => {
          this.reset(parameter.streamIds);
          this.#settle(parameter.sequence, ReConfigResult.DONE);
        });
      case "ssn-tsn-reset":
      case "add-outgoing-streams":
      case "add-incoming-streams":
        return this.#onRequest(parameter.sequence, () => this.#settle(parameter.sequence, ReConfigResult.DENIED));
    }
  }

  /** Chunks arrived: a request that waited for them may be done now. */
  onProgress(): void {
    const pending = this.#pending;
    if (pending === undefined || isAfter(pending.lastTsn, this.#options.receivedUpTo())) return;
    this.#pending = undefined;
    this.#options.onPeerReset(pending.streamIds);
    this.#settle(pending.sequence, ReConfigResult.DONE);
  }

  /** The peer uses a stream again, so it has done our request for it. @returns whether that can be */
  confirm(streamId: number): boolean {
    const request = this.#request;
    // The request itself goes on: its answer allows the next one.
    if (request === undefined || request.tries === 0 || !request.streamIds.delete(streamId)) return false;
    this.#options.onDone([streamId], true);
    return true;
  }

  #ready(): boolean {
    if (this.#request !== undefined) return false;
    for (const streamId of this.#waiting) if (!this.#options.streamInUse(streamId)) return true;
    return false;
  }

  #begin(nowMs: number): void {
    const streamIds = [...this.#waiting].filter((streamId) => !this.#options.streamInUse(streamId)).slice(0, MAX_STREAMS_PER_REQUEST);
    for (const streamId of streamIds) this.#waiting.delete(streamId);
    const sequence = this.#nextSequence;
    const bytes = encodeOutgoingReset({
      sequence,
      responseSequence: (this.#peerSequence - 1) >>> 0,
      lastTsn: this.#options.lastTsn(),
      streamIds,
    });
    this.#request = { sequence, streamIds: new Set(streamIds), bytes, sendAtMs: nowMs, tries: 0 };
  }

  #onRequest(sequence: number, perform: () => void): void {
    if (sequence === (this.#peerSequence - 1) >>> 0) {
      this.#answer = this.#lastAnswer; // It is repeated: the answer was lost.
      return;
    }
    if (sequence !== this.#peerSequence) {
      this.#answer = encodeReResponse(sequence, ReConfigResult.BAD_SEQUENCE);
      return;
    }
    perform();
  }

  #hold({
    sequence,
    lastTsn,
    streamIds,
  }: {
    readonly sequence: number;
    readonly lastTsn: number;
    readonly streamIds: readonly number[];
  }): void {
    this.#pending = { sequence, lastTsn, streamIds };
    this.onProgress();
    if (this.#pending !== undefined) this.#answer = encodeReResponse(sequence, ReConfigResult.IN_PROGRESS);
  }

  #settle(sequence: number, result: number): void {
    this.#peerSequence = (sequence + 1) >>> 0;
    this.#lastAnswer = this.#answer = encodeReResponse(sequence, result);
  }

  #onResponse(sequence: number, result: number): void {
    const request = this.#request;
    if (request === undefined || request.sequence !== sequence) return;
    if (result === ReConfigResult.IN_PROGRESS) {
      request.tries = Math.min(request.tries, 1); // The peer is alive: the request is repeated until it is done.
      return;
    }
    this.#request = undefined;
    this.#nextSequence = (sequence + 1) >>> 0;
    if (request.streamIds.size === 0) return; // All of them were confirmed before.
    this.#options.onDone([...request.streamIds], result === ReConfigResult.DONE || result === ReConfigResult.NOTHING_TO_DO);
  }
}

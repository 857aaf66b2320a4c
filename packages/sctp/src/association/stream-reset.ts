import { encodeOutgoingReset, type ReConfigParameter, ReConfigResult } from "../wire/re-config.ts";
import { PeerResets } from "./peer-resets.ts";

/** Most streams in one request. */
const MAX_STREAMS_PER_REQUEST = 256;

/** A RE-CONFIG chunk with a request without streams, and its padding, bytes. */
const REQUEST_BYTES = 4 + 16 + 3;

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
  readonly #peer: PeerResets;
  readonly #waiting = new Set<number>();
  #request: Request | undefined;
  #nextSequence: number;

  constructor(options: StreamResetOptions) {
    this.#options = options;
    this.#nextSequence = options.ownInitialTsn;
    this.#peer = new PeerResets({ ...options, onAsked: (streamIds) => this.reset(streamIds) });
  }

  /** Asks to reset our outgoing streams, once all their messages were acknowledged. */
  reset(streamIds: readonly number[]): void {
    for (const streamId of streamIds) this.#waiting.add(streamId);
  }

  get deadlineMs(): number {
    if (this.#peer.answer !== undefined || this.#ready()) return Number.NEGATIVE_INFINITY;
    return this.#request?.sendAtMs ?? Number.POSITIVE_INFINITY;
  }

  /**
   * The value of a RE-CONFIG chunk to send now; undefined if there is none, or it does not fit.
   * @param room for a chunk with its padding, bytes @param rtoMs after which an unanswered request is sent again
   */
  take(nowMs: number, rtoMs: number, room: number): Uint8Array | "failed" | undefined {
    const fits = (bytes: Uint8Array): boolean => bytes.byteLength + 8 <= room;
    const { answer } = this.#peer;
    if (answer !== undefined) {
      if (!fits(answer)) return undefined;
      this.#peer.shiftAnswer();
      return answer;
    }
    if (this.#ready()) this.#begin(nowMs, room);
    const request = this.#request;
    if (request === undefined || request.sendAtMs > nowMs || !fits(request.bytes)) return undefined;
    if (request.tries > this.#options.maxRetransmissions) return "failed";
    request.sendAtMs = nowMs + rtoMs * 2 ** request.tries;
    request.tries += 1;
    return request.bytes;
  }

  /** A RE-CONFIG parameter arrived. */
  onParameter(parameter: ReConfigParameter): void {
    if (parameter.kind === "response") this.#onResponse(parameter.sequence, parameter.result);
    else this.#peer.onRequest(parameter);
  }

  /** Chunks arrived: requests that waited for them may be done now. */
  onProgress(): void {
    this.#peer.onProgress();
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

  #begin(nowMs: number, room: number): void {
    const most = Math.min(MAX_STREAMS_PER_REQUEST, Math.floor((room - REQUEST_BYTES) / 2));
    const streamIds: number[] = [];
    for (const streamId of this.#waiting) if (streamIds.length < most && !this.#options.streamInUse(streamId)) streamIds.push(streamId);
    if (streamIds.length === 0) return; // There was no room; and a request without streams would be one for all of them.
    for (const streamId of streamIds) this.#waiting.delete(streamId);
    const sequence = this.#nextSequence;
    const bytes = encodeOutgoingReset({
      sequence,
      responseSequence: this.#peer.lastSequence,
      lastTsn: this.#options.lastTsn(),
      streamIds,
    });
    this.#request = { sequence, streamIds: new Set(streamIds), bytes, sendAtMs: nowMs, tries: 0 };
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

import { encodeErrorCauses, type ErrorCause } from "../wire/error-cause.ts";
import type { PacketWriter } from "../wire/packet-writer.ts";

/** Most answers that wait to be sent, of each kind: a flood of requests must not fill the memory. */
const MAX_WAITING = 4;

/** A header, and padding, of a chunk, bytes. */
const CHUNK_BYTES = 8;

/** Writes a whole packet that is not part of the running association, such as an INIT ACK. */
export type Answer = (writer: PacketWriter) => void;

/** What waits to be sent besides data: answers to the peer, a bounded number of each kind, and heartbeats of our own. */
export class ControlOutbox {
  readonly #heartbeatMs: number;
  readonly #answers: Answer[] = [];
  readonly #heartbeatAnswers: Uint8Array[] = [];
  readonly #errors: ErrorCause[] = [];
  #heartbeatAtMs = Number.POSITIVE_INFINITY;
  /** Heartbeats of ours in a row without an answer. */
  unansweredHeartbeats = 0;
  cookieAckDue = false;

  /** @param heartbeatMs after which a silent path is checked; 0: never */
  constructor(heartbeatMs: number) {
    this.#heartbeatMs = heartbeatMs;
  }

  /** Whether a packet of its own waits. */
  get hasAnswer(): boolean {
    return this.#answers.length > 0;
  }

  /** When something is due, ms. */
  get deadlineMs(): number {
    const due = this.cookieAckDue || this.#heartbeatAnswers.length > 0 || this.#errors.length > 0;
    return due ? Number.NEGATIVE_INFINITY : this.#heartbeatAtMs;
  }

  addAnswer(answer: Answer): void {
    if (this.#answers.length < MAX_WAITING) this.#answers.push(answer);
  }

  takeAnswer(): Answer | undefined {
    return this.#answers.shift();
  }

  /** A HEARTBEAT arrived. @param info copied by the caller */
  addHeartbeatAnswer(info: Uint8Array): void {
    if (this.#heartbeatAnswers.length < MAX_WAITING) this.#heartbeatAnswers.push(info);
  }

  addError(cause: ErrorCause): void {
    if (this.#errors.length < MAX_WAITING) this.#errors.push(cause);
  }

  /** The peer was heard: the next heartbeat is a whole interval away. */
  restartHeartbeat(nowMs: number): void {
    this.#heartbeatAtMs = this.#heartbeatMs === 0 ? Number.POSITIVE_INFINITY : nowMs + this.#heartbeatMs;
  }

  /** Nothing more is sent, but for answers. */
  stop(): void {
    this.#heartbeatAtMs = Number.POSITIVE_INFINITY;
    this.#heartbeatAnswers.length = this.#errors.length = 0;
    this.cookieAckDue = false;
  }

  /** Writes what is due, as far as the packet has room. */
  write(writer: PacketWriter, nowMs: number): void {
    if (this.cookieAckDue) {
      this.cookieAckDue = false;
      writer.cookieAck();
    }
    for (let info = this.#heartbeatAnswers.pop(); info !== undefined; info = this.#heartbeatAnswers.pop()) {
      if (writer.room >= info.byteLength + CHUNK_BYTES) writer.heartbeatAck(info);
    }
    if (this.#errors.length > 0) {
      const causes = encodeErrorCauses(...this.#errors.splice(0));
      if (writer.room >= causes.byteLength + CHUNK_BYTES) writer.error(causes);
    }
    if (this.#heartbeatAtMs > nowMs) return;
    this.restartHeartbeat(nowMs);
    this.unansweredHeartbeats += 1;
    // A HEARTBEAT_INFO parameter of eight bytes (RFC 9260, 3.3.5).
    writer.heartbeat(Uint8Array.of(0, 1, 0, 8, 0, 0, 0, this.unansweredHeartbeats & 0xff));
  }
}

import { MAX_EVENT_BYTES, MAX_LINE_BYTES } from "../messages/message.ts";
import { SignalError } from "./signal-error.ts";

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;

/**
 * Checks the size of an event stream's lines and events as bytes arrive, before the parser stores them, so that the parser's memory is bounded (S-3). Lines
 * end with CR, LF or CRLF; an empty line ends the event (WHATWG HTML, 9.2.5). Comments are not stored, and don't count towards the event's size.
 */
export class EventSizeGuard {
  #lineBytes = 0;
  #eventBytes = 0;
  #inComment = false;
  #afterCr = false;

  /** @throws {SignalError} `over-cap` */
  check(chunk: Uint8Array): void {
    let start = 0;
    let nextLf = chunk.indexOf(LF);
    let nextCr = chunk.indexOf(CR);
    while (start < chunk.byteLength) {
      if (nextLf >= 0 && nextLf < start) nextLf = chunk.indexOf(LF, start);
      if (nextCr >= 0 && nextCr < start) nextCr = chunk.indexOf(CR, start);
      const end = earlier(nextLf, nextCr, chunk.byteLength);
      this.#addToLine(chunk.subarray(start, end));
      if (end < chunk.byteLength) this.#endLine(chunk[end] === CR);
      start = end + 1;
    }
  }

  #addToLine(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    if (this.#lineBytes === 0) this.#inComment = bytes[0] === COLON;
    this.#lineBytes += bytes.byteLength;
    if (!this.#inComment) this.#eventBytes += bytes.byteLength;
    if (this.#lineBytes > MAX_LINE_BYTES) throw new SignalError("over-cap", `the relay sent a line of more than ${MAX_LINE_BYTES} bytes`);
    if (this.#eventBytes > MAX_EVENT_BYTES)
      throw new SignalError("over-cap", `the relay sent an event of more than ${MAX_EVENT_BYTES} bytes`);
  }

  #endLine(cr: boolean): void {
    const secondHalfOfCrLf = !cr && this.#afterCr;
    if (this.#lineBytes === 0 && !secondHalfOfCrLf) this.#eventBytes = 0;
    this.#lineBytes = 0;
    this.#afterCr = cr;
  }
}

/** The smaller of two indexes, where -1 means none; `end` if there is none. */
function earlier(one: number, other: number, end: number): number {
  return Math.min(one < 0 ? end : one, other < 0 ? end : other);
}

/** Messages between two processes of one user: each is one line of JSON, checked against a schema, and limited in size. */
import type { Socket } from "node:net";
import { createDeferred } from "@rangecast/base";
import * as v from "valibot";

/** Longest message, bytes: a share of 4,000 paths with 200 bytes each. */
export const MAX_MESSAGE_BYTES: number = 1024 * 1024;
/** Most bytes that wait for a process that doesn't read, such as one that is suspended. More ends the connection. */
const MAX_WAITING_BYTES = 4 * MAX_MESSAGE_BYTES;
/** From as many waiting bytes on, messages that soon lose their meaning are dropped, such as progress. */
const BUSY_BYTES = 64 * 1024;

const NEWLINE = 0x0a;

/** One side of a connection. A message that is too long or doesn't match the schema ends it. */
export class MessageSocket<In> {
  readonly #socket: Socket;
  readonly #schema: v.GenericSchema<unknown, In>;
  readonly #onMessage: (message: In) => void;
  readonly #closed = createDeferred<undefined>();
  #parts: Buffer[] = [];
  #partBytes = 0;

  constructor(socket: Socket, schema: v.GenericSchema<unknown, In>, onMessage: (message: In) => void) {
    this.#socket = socket;
    this.#schema = schema;
    this.#onMessage = onMessage;
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    // `close` follows.
    socket.on("error", () => undefined);
    socket.on("close", () => this.#closed.resolve(undefined));
  }

  /** Resolves when the connection is closed, by either side. */
  get closed(): Promise<undefined> {
    return this.#closed.promise;
  }

  /** @param droppable whether the message may be left out if the other side doesn't keep up */
  send(message: object, droppable = false): void {
    if (!this.#socket.writable || (droppable && this.#socket.writableLength > BUSY_BYTES)) return;
    if (this.#socket.writableLength > MAX_WAITING_BYTES) return this.destroy();
    this.#socket.write(`${JSON.stringify(message)}\n`);
  }

  /** Closes the connection after what was sent. */
  end(): void {
    this.#socket.end();
  }

  /** Closes the connection at once. */
  destroy(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    let rest = chunk;
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      const line = Buffer.concat([...this.#parts, rest.subarray(0, end)]);
      this.#parts = [];
      this.#partBytes = 0;
      rest = rest.subarray(end + 1);
      if (line.byteLength > MAX_MESSAGE_BYTES || !this.#takeLine(line.toString("utf8"))) return this.destroy();
    }
    this.#parts.push(rest);
    this.#partBytes += rest.byteLength;
    if (this.#partBytes > MAX_MESSAGE_BYTES) this.destroy();
  }

  /** @returns false if it is no message */
  #takeLine(line: string): boolean {
    if (this.#socket.destroyed) return false;
    const result = v.safeParse(this.#schema, parseJson(line), { abortEarly: true });
    if (result.success) this.#onMessage(result.output);
    return result.success;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

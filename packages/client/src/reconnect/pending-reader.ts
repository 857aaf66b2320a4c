import { ClientError } from "../client-error.ts";
import type { ByteReader } from "../scheduling/byte-stream.ts";

/** A reader of a file that may not be open yet: its first `take` waits until it is. */
export class PendingReader implements ByteReader {
  readonly #open: (signal: AbortSignal) => Promise<ByteReader>;
  readonly #stop = new AbortController();
  #reader: ByteReader | undefined;
  #failure: ClientError | undefined;

  /** @param open resolves when the file is open; rejects when the signal aborts */
  constructor(open: (signal: AbortSignal) => Promise<ByteReader>) {
    this.#open = open;
  }

  async take(): Promise<Uint8Array | undefined> {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      this.#reader ??= await this.#open(this.#stop.signal);
    } catch (error) {
      throw this.#failure ?? error;
    }
    if (this.#failure !== undefined) throw this.#failure; // It was cancelled while it opened.
    return this.#reader.take();
  }

  cancel(error: ClientError = new ClientError("closed", "the reader was cancelled")): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#stop.abort(error);
    this.#reader?.cancel(error);
  }
}

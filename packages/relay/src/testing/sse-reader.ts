import type { EventStream } from "../events/event-stream.ts";
import { openBody } from "../events/stream-sink.ts";
import { settle } from "@rangecast/testkit/settle";

export interface ReadEvent {
  readonly event: string | undefined;
  readonly id: string | undefined;
  readonly data: string;
}

/** Reads an event stream in the background, as a client does, and keeps everything. */
export class SseReader {
  text = "";
  /** How the body ended; undefined while it is open. */
  over: "ended" | "broken" | undefined;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(body: ReadableStream<Uint8Array> | null) {
    if (body === null) {
      throw new TypeError("no body");
    }
    this.#reader = body.getReader();
    void this.#run();
  }

  /** The events so far. */
  async events(): Promise<ReadEvent[]> {
    await settle();
    return this.text
      .split("\n\n")
      .slice(0, -1)
      .filter((block) => /^data: /m.test(block))
      .map((block) => ({ event: field(block, "event"), id: field(block, "id"), data: field(block, "data") ?? "" }));
  }

  /** The payloads of the signals so far. */
  async payloads(): Promise<string[]> {
    const events = await this.events();
    return events.filter(({ event }) => event === "signal").map(({ data }) => (JSON.parse(data) as { payload: string }).payload);
  }

  async lastId(): Promise<string | undefined> {
    return (await this.events()).findLast(({ id }) => id !== undefined)?.id;
  }

  async isOver(): Promise<boolean> {
    await settle();
    return this.over !== undefined;
  }

  /** Disconnects. */
  async leave(): Promise<void> {
    await this.#reader.cancel();
  }

  async #run(): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for (let read = await this.#reader.read(); !read.done; read = await this.#reader.read()) {
        this.text += decoder.decode(read.value, { stream: true });
      }
      this.over = "ended";
    } catch {
      this.over = "broken";
    }
  }
}

function field(block: string, name: string): string | undefined {
  return new RegExp(`^${name}: ([^\\n]*)`, "m").exec(block)?.[1];
}

/** Starts a stream. @returns its response's body, which is not read yet */
export async function startBody(stream: EventStream): Promise<ReadableStream<Uint8Array> | null> {
  let body: ReadableStream<Uint8Array> | null = null;
  await stream.start((events) => {
    const { sink, response } = openBody(new Headers(), events);
    ({ body } = response);
    return sink;
  });
  return body;
}

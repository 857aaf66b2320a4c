import { createDeferred } from "@rangecast/base";
import { type Call, fakeFetch, signalEvent } from "./fake-fetch.ts";

const HEARTBEAT_MS = 10_000;
const RESPONSE_MS = 25_000;

/** One session's events at a relay, behind a proxy that may hold responses back until they end. */
export class HoldingRelay {
  /** Whether the proxy holds back, from now on, what the relay sends. */
  holds = false;
  /** While set, requests fail. */
  away = false;
  readonly posted: string[] = [];
  readonly fetch: typeof fetch;
  readonly calls: Call[];
  readonly #watchers = new Set<() => void>();

  constructor() {
    const { fetch, calls } = fakeFetch((call) => (this.away ? new TypeError("fetch failed") : this.#respond(call)));
    this.fetch = fetch;
    this.calls = calls;
  }

  /** The requests' queries so far: "" for an event stream. */
  get queries(): string[] {
    return this.calls.map(({ url }) => new URL(url).search);
  }

  post(): void {
    this.posted.push(`message ${this.posted.length + 1}`);
    for (const watcher of this.#watchers) watcher();
  }

  #respond({ url, headers, signal }: Call): Promise<Response> {
    const poll = new URL(url).searchParams.get("poll");
    const timers = new Set<ReturnType<typeof setTimeout>>();
    const held: string[] = [];
    let after = Number(headers.get("last-event-id") ?? 0);
    let body: ReadableStreamDefaultController<Uint8Array> | undefined;
    const release = (): void => {
      timers.forEach(clearTimeout);
      this.#watchers.delete(deliver);
    };
    const stream = new ReadableStream<Uint8Array>({ start: (controller) => void (body = controller), cancel: release });
    const response = new Response(stream, { headers: { "content-type": "text/event-stream" } });
    const { promise, resolve } = createDeferred<Response>();
    const pass = (text: string): void => body?.enqueue(new TextEncoder().encode(text));
    const send = (text: string): void => {
      if (this.holds || held.length > 0) {
        held.push(text);
      } else {
        pass(text);
        resolve(response);
      }
    };
    const end = (): void => {
      release();
      held.forEach(pass);
      body?.close();
      resolve(response);
    };
    const deliver = (): void => {
      const before = after;
      for (; after < this.posted.length; after += 1) send(signalEvent(after + 1, "browser", "candidate", this.posted[after]));
      if (poll !== null && after > before) end();
    };
    signal?.addEventListener("abort", release);
    this.#watchers.add(deliver);
    for (let ms = HEARTBEAT_MS; ms < RESPONSE_MS; ms += HEARTBEAT_MS) timers.add(setTimeout(() => send(": heartbeat\n\n"), ms));
    timers.add(setTimeout(end, poll === null ? RESPONSE_MS : Number(poll) * 1000));
    send("retry: 1500\n\n");
    deliver();
    return promise;
  }
}

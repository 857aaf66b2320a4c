/* A scripted fetch, and event streams that a test writes. */

export interface Call {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: unknown;
  readonly signal: AbortSignal | undefined;
}

type Answer = Response | Error | Promise<Response>;

/** A fetch that responds as `script` returns, and records its calls. An Error is a network failure. */
export function fakeFetch(script: (call: Call, index: number) => Answer): { fetch: typeof fetch; calls: Call[] } {
  const calls: Call[] = [];
  const fake = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    const call = {
      url: input instanceof Request ? input.url : String(input),
      method: init.method ?? "GET",
      headers: new Headers(init.headers),
      body,
      signal: init.signal ?? undefined,
    };
    calls.push(call);
    call.signal?.throwIfAborted();
    const answer = await script(call, calls.length - 1);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { fetch: fake, calls };
}

export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json", ...headers } });
}

export const ok = (): Response => json({ ok: true });
/** Never responds, and ignores its signal. */
export const hang = (): Promise<Response> => new Promise(() => undefined);
export const networkFailure = (): Error => new TypeError("fetch failed");

export interface FakeStream {
  readonly response: Response;
  write(text: string | Uint8Array<ArrayBuffer>): void;
  end(): void;
  /** Breaks the connection. */
  fail(): void;
  readonly cancelled: boolean;
}

/** An event stream's response that stays open until it is ended. */
export function openStream(...texts: string[]): FakeStream {
  let cancelled = false;
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (started) => void (controller = started),
    cancel: () => void (cancelled = true),
  });
  const write = (text: string | Uint8Array<ArrayBuffer>): void =>
    controller?.enqueue(typeof text === "string" ? new TextEncoder().encode(text) : text);
  texts.forEach(write);
  return {
    response: new Response(body, { headers: { "content-type": "text/event-stream" } }),
    write,
    end: () => controller?.close(),
    fail: () => controller?.error(new TypeError("terminated")),
    get cancelled() {
      return cancelled;
    },
  };
}

/** An event stream's response with this text, which then ends. */
export function endedStream(...texts: string[]): Response {
  const stream = openStream(...texts);
  stream.end();
  return stream.response;
}

/** One `signal` event as a relay of the base protocol writes it. */
export function signalEvent(id: number, from: string, type: string, payload = ""): string {
  return `event: signal\nid: ${id}\ndata: ${JSON.stringify({ from, type, payload, ts: 1_700_000_000_000 + id })}\n\n`;
}

/** The first `count` items. */
export async function take<T>(count: number, items: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) {
    taken.push(item);
    if (taken.length === count) break;
  }
  return taken;
}

/** Reads to the end, in the background. `items` grows as items arrive. */
export function collect<T>(source: AsyncIterable<T>): { items: T[]; done: Promise<unknown> } {
  const items: T[] = [];
  const read = async (): Promise<unknown> => {
    try {
      for await (const item of source) items.push(item);
      return undefined;
    } catch (error) {
      return error;
    }
  };
  return { items, done: read() };
}

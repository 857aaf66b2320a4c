/*
 * Checks that the relay's events arrive when they are sent (PROTOCOL.md, P-1). A proxy that buffers or compresses event streams lets every other request
 * through, so that connecting fails although everything else works.
 */

/** `held-back`: a proxy buffers events until the response ends. `cut`: the response ends before all events arrived. `unknown`: the probe failed. */
export type RelayVerdict = "prompt" | "held-back" | "cut" | "unknown";

export interface ProbeOptions {
  /** The relay's URL. */
  readonly relay: string;
  readonly signal: AbortSignal;
  /** @default globalThis.fetch */
  readonly fetch?: typeof fetch;
}

const PROBE_PATH = "/api/v1/probe/events";
/** The relay's interval between events, milliseconds, and the part of their total time that must be seen: a bad network bunches a few events, but not all. */
const INTERVAL_MS = 200;
const LEAST_SPREAD = 0.5;
/** A genuine response has a few hundred characters. */
const MAX_CHARACTERS = 16_384;
const EVENT = /^data: \{"number":\d+,"of":(\d{1,3})\}\n\n/gmu;

/** Rejects when `signal` aborts. */
export async function probeRelay({ relay, signal, fetch = globalThis.fetch }: ProbeOptions): Promise<RelayVerdict> {
  const response = await ask(fetch, `${relay.replace(/\/+$/u, "")}${PROBE_PATH}`, signal);
  if (!response) return "unknown";
  if (!response.ok || !response.body || !response.headers.get("content-type")?.startsWith("text/event-stream")) {
    await response.body?.cancel();
    return "unknown"; // An older relay, or a limit on requests.
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const atMs: number[] = [];
  let text = "";
  let of = Number.POSITIVE_INFINITY;
  try {
    while (text.length < MAX_CHARACTERS) {
      const { done, value } = await reader.read();
      if (done) break;
      text += value;
      const events = [...text.matchAll(EVENT)];
      while (atMs.length < events.length) atMs.push(performance.now());
      of = Number(events[0]?.[1] ?? of);
    }
  } catch {
    signal.throwIfAborted();
    return "cut";
  } finally {
    reader.cancel().catch(() => undefined);
  }
  return judge(atMs, of);
}

/** Undefined if the relay can't be reached, which the connection attempt reports itself. */
async function ask(fetch: typeof globalThis.fetch, url: string, signal: AbortSignal): Promise<Response | undefined> {
  try {
    return await fetch(url, { headers: { Accept: "text/event-stream" }, cache: "no-store", signal });
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

function judge(atMs: readonly number[], of: number): RelayVerdict {
  const [first, last] = [atMs[0], atMs.at(-1)];
  if (first === undefined || last === undefined || atMs.length < of) return "cut";
  return last - first >= LEAST_SPREAD * INTERVAL_MS * (of - 1) ? "prompt" : "held-back";
}

import { judgeArrivals, PROBE_PATH, readArrivals } from "@rangecast/signal";

/** What a probe of the relay shows: see judgeArrivals. `unknown`: the probe failed. */
export type RelayVerdict = ReturnType<typeof judgeArrivals> | "unknown";

export interface ProbeOptions {
  /** The relay's URL. */
  readonly relay: string;
  readonly signal: AbortSignal;
  /** @default globalThis.fetch */
  readonly fetch?: typeof fetch;
}

/** Checks that the relay's events arrive when they are sent. Rejects when `signal` aborts. */
export async function probeRelay({ relay, signal, fetch = globalThis.fetch }: ProbeOptions): Promise<RelayVerdict> {
  let response: Response | undefined;
  try {
    const url = `${relay.replace(/\/+$/u, "")}${PROBE_PATH}`;
    response = await fetch(url, { headers: { Accept: "text/event-stream" }, cache: "no-store", signal });
    if (response.ok && response.body && response.headers.get("content-type")?.startsWith("text/event-stream")) {
      return judgeArrivals(await readArrivals(response));
    }
    await response.body?.cancel().catch(() => undefined);
    return "unknown"; // An older relay, or a limit on requests.
  } catch {
    signal.throwIfAborted();
    // A relay that can't be reached is reported by the connection attempt itself.
    return response === undefined ? "unknown" : "cut";
  }
}

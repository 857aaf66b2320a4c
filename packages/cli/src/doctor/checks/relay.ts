import { relayErrorCode } from "@rangecast/signal";
import { formatMs } from "../../format.ts";
import { type Check, type CheckResult, fail, pass, skip, type Findings } from "../check.ts";
import { describeFetchFailure } from "../fetch-failure.ts";

/** A share id of 16 zero bytes, which nobody has: a relay responds with a JSON error `not-found`. */
const UNKNOWN_SHARE = "/api/v1/shares/AAAAAAAAAAAAAAAAAAAAAA";
/** Longest wait, milliseconds: the same as for the daemon and the page. */
const ANSWER_MS = 10_000;
const SILENT = "Something accepts the connection, but does not respond: check the address, the proxy in front of the relay, and firewalls.";
const GATEWAY_STATUS: ReadonlySet<number> = new Set([502, 503, 504]);

/** Checks that the relay can be reached and is a rangecast relay, and measures the round trip. */
export const relayCheck: Check = {
  name: "relay",
  deadline: { ms: ANSWER_MS, advice: SILENT },
  run: async ({ relay }, signal) => {
    if (relay === undefined) return skip("its address is not known");
    try {
      return await probe(relay, signal);
    } catch (error) {
      signal.throwIfAborted();
      const { found, advice } = describeFetchFailure(error, relay);
      return fail(found, advice);
    }
  },
};

async function probe(relay: string, signal: AbortSignal): Promise<CheckResult> {
  const ask = (): Promise<Response> => fetch(`${relay}${UNKNOWN_SHARE}`, { signal, redirect: "manual" });
  const answer = await ask();
  const code = relayErrorCode(await answer.text());
  if (code === undefined) return notARelay(relay, answer);
  // The second request uses the connection of the first, so it takes one round trip.
  const startMs = performance.now();
  await (await ask()).arrayBuffer();
  const roundTripMs = performance.now() - startMs;
  const findings: Partial<Findings> = { relayAnswers: true, ...clockOf(answer, roundTripMs) };
  if (code === "busy") return fail(`${relay} had too many requests from this address`, "Wait a minute, and try again.", findings);
  return pass(`${relay} is a rangecast relay, ${formatMs(roundTripMs)} away`, findings);
}

function notARelay(relay: string, { status, headers }: Response): CheckResult {
  if (status >= 300 && status < 400) {
    const target = headers.get("location") ?? "elsewhere";
    return fail(`${relay} redirects to ${target} (HTTP ${status})`, "Use the address to which it redirects, as --relay or in the link.");
  }
  if (GATEWAY_STATUS.has(status)) {
    return fail(
      `${relay}: the proxy can't reach the relay behind it (HTTP ${status})`,
      "Start the relay, or correct its address in the proxy.",
    );
  }
  return fail(
    `${relay} responds (HTTP ${status}), but is not a rangecast relay`,
    "Check the address. If it is a proxy, it must forward /api/ to the relay.",
  );
}

/** The `Date` header has whole seconds, so it is half a second late on average. */
const DATE_GRAIN_MS = 1000;

function clockOf({ headers }: Response, roundTripMs: number): Partial<Findings> {
  const theirs = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(theirs) ? {} : { clockAheadMs: Date.now() - roundTripMs - (theirs + DATE_GRAIN_MS / 2) };
}

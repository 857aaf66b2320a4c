import { type Check, type CheckResult, fail, pass, skip } from "../check.ts";
import type { Findings } from "../findings.ts";
import { describeFetchFailure } from "../fetch-failure.ts";
import { relayWord, roundMs } from "../probes/relay-answer.ts";

/** Nobody's share, of 16 zero bytes: a relay says `not-found` of it, in its own words. */
const NOBODYS_SHARE = "/api/v1/shares/AAAAAAAAAAAAAAAAAAAAAA";
/** Longest wait, milliseconds: what the daemon and the page give a relay. */
const ANSWER_MS = 10_000;
const GATEWAY_STATUS: ReadonlySet<number> = new Set([502, 503, 504]);

/** Whether the relay is reached, whether it is one, and how far it is. */
export const relayCheck: Check = {
  name: "relay",
  deadlineMs: ANSWER_MS,
  lateAdvice: "Something takes the connection and says nothing: check the address, the proxy in front of the relay, and firewalls.",
  run: async ({ relay }, signal) => {
    if (relay === undefined) return skip("its address is not known");
    try {
      return await lookAt(relay, signal);
    } catch (error) {
      signal.throwIfAborted();
      const { found, advice } = describeFetchFailure(error, relay);
      return fail(found, advice);
    }
  },
};

async function lookAt(relay: string, signal: AbortSignal): Promise<CheckResult> {
  const ask = (): Promise<Response> => fetch(`${relay}${NOBODYS_SHARE}`, { signal, redirect: "manual" });
  const answer = await ask();
  const word = relayWord(await answer.text());
  if (word === undefined) return notARelay(relay, answer);
  // The second goes over the connection that the first opened.
  const startMs = performance.now();
  await (await ask()).arrayBuffer();
  const roundTripMs = performance.now() - startMs;
  const findings: Partial<Findings> = { relayAnswers: true, ...clockOf(answer, roundTripMs) };
  if (word === "busy") return fail(`${relay} has too many requests from this address`, "Wait a minute, and look again.", findings);
  return pass(`${relay} is a rangecast relay, ${roundMs(roundTripMs)} away`, findings);
}

function notARelay(relay: string, { status, headers }: Response): CheckResult {
  if (status >= 300 && status < 400) {
    const target = headers.get("location") ?? "elsewhere";
    return fail(`${relay} sends on to ${target} (HTTP ${status})`, "Give the address that it leads to, as --relay or in the link.");
  }
  if (GATEWAY_STATUS.has(status)) {
    return fail(
      `${relay}: the proxy is there, the relay behind it is not (HTTP ${status})`,
      "Start the relay, or mend the proxy's address of it.",
    );
  }
  return fail(
    `${relay} answers (HTTP ${status}), but is no rangecast relay`,
    "Check the address. If a proxy stands there, it must pass /api/ on to the relay.",
  );
}

/** `Date` has whole seconds: on average half of one is lost. */
const DATE_GRAIN_MS = 1000;

function clockOf({ headers }: Response, roundTripMs: number): Partial<Findings> {
  const theirs = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(theirs) ? {} : { clockAheadMs: Date.now() - roundTripMs - (theirs + DATE_GRAIN_MS / 2) };
}

import { judgeArrivals, PROBE_PATH, readArrivals } from "@rangecast/signal";
import { type Check, type CheckResult, fail, pass, skip, warn } from "../check.ts";
import { bufferingAdvice } from "../probes/buffering-advice.ts";
import { describeFetchFailure } from "../fetch-failure.ts";

const CHECK_PROXY = "Something between here and the relay holds back or cuts off event streams: check the proxy in front of the relay.";
const UPDATE_RELAY = "Or update the relay: a newer one can be used without event streams.";

/** Checks that events arrive when the relay sends them. If a proxy buffers them until the response ends, signalling needs a relay that can be polled (L-17). */
export const eventStreamCheck: Check = {
  name: "events",
  deadline: { ms: 15_000, advice: CHECK_PROXY },
  run: async ({ relay, relayAnswers }, signal) => {
    if (relay === undefined || relayAnswers !== true) return skip("the relay does not answer");
    try {
      const answer = await fetch(`${relay}${PROBE_PATH}`, { headers: { accept: "text/event-stream" }, signal, redirect: "manual" });
      return await judge(answer);
    } catch (error) {
      signal.throwIfAborted();
      return fail(`the event stream was interrupted: ${describeFetchFailure(error, relay).found}`, CHECK_PROXY);
    }
  },
};

async function judge(answer: Response): Promise<CheckResult> {
  const { status, headers } = answer;
  const refused = refusal(status, headers);
  if (refused !== undefined) {
    await answer.body?.cancel();
    return refused;
  }
  const arrivals = await readArrivals(answer);
  const verdict = judgeArrivals(arrivals);
  if (verdict === "polled") {
    return warn(
      "a proxy holds event streams back until they end, so rangecast polls the relay instead: it works, but connecting takes about 3 s longer",
      bufferingAdvice(headers),
    );
  }
  if (verdict === "held-back")
    return fail("a proxy holds event streams back until they end", `${bufferingAdvice(headers)} ${UPDATE_RELAY}`);
  if (verdict === "cut") return fail(`the event stream ends after ${arrivals.atMs.length} of ${arrivals.of ?? "its"} events`, CHECK_PROXY);
  return pass("events arrive at once, and no proxy holds them back");
}

function refusal(status: number, headers: Headers): CheckResult | undefined {
  if (status === 404) return warn("the relay's version does not support this check", "Update the relay to check this.");
  if (status === 429) return warn("the relay had too many requests from this address", "Wait a minute, and try again.");
  if (status === 200 && headers.get("content-type")?.startsWith("text/event-stream") === true) return undefined;
  return fail(`the response is HTTP ${status}, not an event stream`, CHECK_PROXY);
}

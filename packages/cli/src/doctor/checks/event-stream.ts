import { type Check, type CheckResult, fail, pass, skip, warn } from "../check.ts";
import { bufferingAdvice, judgeArrivals, type Timing } from "../probes/event-arrivals.ts";
import { describeFetchFailure } from "../fetch-failure.ts";

const CHECK_PROXY = "Something between here and the relay holds back or cuts off event streams: check the proxy in front of the relay.";
/** Longest response that is read, characters: a real one has a few hundred. */
const MAX_CHARACTERS = 16_384;

/** Checks that events arrive when the relay sends them. If a proxy buffers them until the response ends, signalling can't work. */
export const eventStreamCheck: Check = {
  name: "events",
  deadlineMs: 15_000,
  lateAdvice: CHECK_PROXY,
  run: async ({ relay, relayAnswers }, signal) => {
    if (relay === undefined || relayAnswers !== true) return skip("the relay does not answer");
    try {
      const answer = await fetch(`${relay}/api/v1/probe/events`, { headers: { accept: "text/event-stream" }, signal, redirect: "manual" });
      return await judge(answer);
    } catch (error) {
      signal.throwIfAborted();
      return fail(`the event stream was interrupted: ${describeFetchFailure(error, relay).found}`, CHECK_PROXY);
    }
  },
};

async function judge(answer: Response): Promise<CheckResult> {
  const { status, headers } = answer;
  if (status === 404) {
    await answer.body?.cancel();
    return warn("the relay's version does not support this check", "Update the relay to check this.");
  }
  if (status === 429) {
    await answer.body?.cancel();
    return warn("the relay had too many requests from this address", "Wait a minute, and try again.");
  }
  if (status !== 200 || headers.get("content-type")?.startsWith("text/event-stream") !== true) {
    await answer.body?.cancel();
    return fail(`the response is HTTP ${status}, not an event stream`, CHECK_PROXY);
  }
  const timing = await readTiming(answer);
  const verdict = judgeArrivals(timing);
  if (verdict === "held-back") return fail("a proxy holds event streams back until they end", bufferingAdvice(headers));
  if (verdict === "cut") return fail(`the event stream ends after ${timing.atMs.length} of ${timing.of ?? "its"} events`, CHECK_PROXY);
  return pass("events arrive at once, and no proxy holds them back");
}

/** Records when each event arrives. */
async function readTiming({ body }: Response): Promise<Timing> {
  const atMs: number[] = [];
  const decoder = new TextDecoder();
  let text = "";
  let of: number | undefined;
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const events = [...text.matchAll(/^data: \{"number":\d+,"of":(\d{1,3})\}\n\n/gm)];
    while (atMs.length < events.length) atMs.push(performance.now());
    of = events[0] === undefined ? undefined : Number(events[0][1]);
    if (text.length > MAX_CHARACTERS) break;
  }
  return { atMs, of };
}

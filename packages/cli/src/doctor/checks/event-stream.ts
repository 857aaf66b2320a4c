import { type Check, type CheckResult, fail, pass, skip, warn } from "../check.ts";
import { bufferingAdvice, judgeArrivals, type Timing } from "../probes/event-arrivals.ts";
import { describeFetchFailure } from "../fetch-failure.ts";

const MEND = "Something between here and the relay holds event streams back or cuts them: look at the proxy in front of the relay.";
/** Longest answer that is looked at, characters: the real one has a few hundred. */
const MAX_CHARACTERS = 16_384;

/** Whether events come when the relay sends them, or a proxy keeps them until the response ends: then nobody is ever introduced in time. */
export const eventStreamCheck: Check = {
  name: "events",
  deadlineMs: 15_000,
  lateAdvice: MEND,
  run: async ({ relay, relayAnswers }, signal) => {
    if (relay === undefined || relayAnswers !== true) return skip("the relay does not answer");
    try {
      const answer = await fetch(`${relay}/api/v1/probe/events`, { headers: { accept: "text/event-stream" }, signal, redirect: "manual" });
      return await judge(answer);
    } catch (error) {
      signal.throwIfAborted();
      return fail(`the event stream breaks off: ${describeFetchFailure(error, relay).found}`, MEND);
    }
  },
};

async function judge(answer: Response): Promise<CheckResult> {
  const { status, headers } = answer;
  if (status === 404) {
    await answer.body?.cancel();
    return warn("the relay is of a version that can't be probed", "Bring the relay up to date to have this looked at.");
  }
  if (status === 429) {
    await answer.body?.cancel();
    return warn("the relay has too many requests from this address to be probed", "Wait a minute, and look again.");
  }
  if (status !== 200 || headers.get("content-type")?.startsWith("text/event-stream") !== true) {
    await answer.body?.cancel();
    return fail(`HTTP ${status} in the place of an event stream`, MEND);
  }
  const timing = await readTiming(answer);
  const verdict = judgeArrivals(timing);
  if (verdict === "held-back") return fail("a proxy holds event streams back until they end", bufferingAdvice(headers));
  if (verdict === "cut") return fail(`the event stream ends after ${timing.atMs.length} of ${timing.of ?? "its"} events`, MEND);
  return pass("events come at once, held back by no proxy");
}

/** When each event came, milliseconds. */
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

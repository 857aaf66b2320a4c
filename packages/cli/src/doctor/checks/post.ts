import { type Check, fail, pass, skip } from "../check.ts";
import { describeFetchFailure } from "../fetch-failure.ts";
import { relayWord } from "../probes/relay-answer.ts";

const PASS_IT_ON =
  "The proxy in front of the relay must pass POST to /api/ on, with its body: allow it there, and in a web application firewall.";

/** Whether a POST comes through: signalling is made of them. An empty registration is refused by the relay itself, and changes nothing. */
export const postCheck: Check = {
  name: "post",
  deadlineMs: 10_000,
  lateAdvice: PASS_IT_ON,
  run: async ({ relay, relayAnswers }, signal) => {
    if (relay === undefined || relayAnswers !== true) return skip("the relay does not answer");
    try {
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`${relay}/api/v1/shares`, { method: "POST", body: "{}", headers, signal, redirect: "manual" });
      const word = relayWord(await answer.text());
      return word === undefined
        ? fail(`a POST does not reach the relay (HTTP ${answer.status})`, PASS_IT_ON)
        : pass("a POST reaches the relay");
    } catch (error) {
      signal.throwIfAborted();
      return fail(`a POST fails: ${describeFetchFailure(error, relay).found}`, PASS_IT_ON);
    }
  },
};

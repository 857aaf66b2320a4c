import { relayErrorCode } from "@rangecast/signal";
import { type Check, fail, pass, skip } from "../check.ts";
import { describeFetchFailure } from "../fetch-failure.ts";

const ALLOW_POST =
  "The proxy in front of the relay must forward POST requests to /api/ with their body: allow them there, and in a web application firewall.";

/** Checks that POST requests reach the relay, because signalling needs them. The relay refuses the empty registration that is sent. */
export const postCheck: Check = {
  name: "post",
  deadline: { ms: 10_000, advice: ALLOW_POST },
  run: async ({ relay, relayAnswers }, signal) => {
    if (relay === undefined || relayAnswers !== true) return skip("the relay does not answer");
    try {
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`${relay}/api/v1/shares`, { method: "POST", body: "{}", headers, signal, redirect: "manual" });
      return relayErrorCode(await answer.text()) === undefined
        ? fail(`a POST does not reach the relay (HTTP ${answer.status})`, ALLOW_POST)
        : pass("a POST reaches the relay");
    } catch (error) {
      signal.throwIfAborted();
      return fail(`a POST fails: ${describeFetchFailure(error, relay).found}`, ALLOW_POST);
    }
  },
};

import { summarizeIceServers } from "@rangecast/rtc";
import { lookUpShare, SignalError } from "@rangecast/signal";
import { type Check, fail, pass, skip, type CheckResult } from "../check.ts";

const LATE = "The relay takes too long to answer: look at it, or try later.";

/** Whether the link leads to a share, and whether its host is there. */
export const shareCheck: Check = {
  name: "share",
  deadlineMs: 12_000,
  lateAdvice: LATE,
  run: async ({ link, relayAnswers, iceServers: given = [] }, signal) => {
    if (link === undefined || relayAnswers !== true) return skip("the relay does not answer");
    try {
      const { online, iceServers } = await lookUpShare({ link, signal });
      const findings = { online, iceServers: [...given, ...iceServers] };
      const { stun, turn } = summarizeIceServers(iceServers);
      if (online) return pass(`there, and its host is online; the relay names ${stun} STUN and ${turn} TURN addresses`, findings);
      return fail(
        "the relay knows it, but its host is offline",
        "The host starts rangecast share again, on a computer that does not sleep.",
        findings,
      );
    } catch (error) {
      if (!(error instanceof SignalError)) throw error;
      return refusal(error);
    }
  },
};

function refusal(error: SignalError): CheckResult {
  if (error.reason === "not-found") {
    return fail(
      "the relay knows no share under this link",
      "The link is wrong, or was withdrawn, or its host is gone for over a day: ask for a new one. After the relay's restart, wait for the host's return.",
    );
  }
  if (error.reason === "busy") return fail("the relay has too many requests from this address", "Wait a minute, and look again.");
  return fail(`the relay does not say: ${error.message}`, LATE);
}

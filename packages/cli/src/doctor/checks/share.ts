import { summarizeIceServers } from "@rangecast/rtc";
import { lookUpShare, SignalError } from "@rangecast/signal";
import { type Check, fail, pass, skip, type CheckResult } from "../check.ts";

const LATE = "The relay takes too long to respond: check it, or try again later.";

/** Checks that the relay knows the link's share, and that its host is online. */
export const shareCheck: Check = {
  name: "share",
  deadline: { ms: 12_000, advice: LATE },
  run: async ({ link, relayAnswers, iceServers: given = [] }, signal) => {
    if (link === undefined || relayAnswers !== true) return skip("the relay does not answer");
    try {
      const { online, iceServers } = await lookUpShare({ link, signal });
      const findings = { online, iceServers: [...given, ...iceServers] };
      const { stun, turn } = summarizeIceServers(iceServers);
      if (online)
        return pass(`the relay knows it, and its host is online; the relay announces ${stun} STUN and ${turn} TURN addresses`, findings);
      return fail(
        "the relay knows it, but its host is offline",
        "The host must start rangecast share again, on a computer that does not sleep.",
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
      "The link is wrong, was revoked, or its host was offline for more than a day: ask for a new one. If the relay was restarted, wait for the host to reconnect.",
    );
  }
  if (error.reason === "busy") return fail("the relay had too many requests from this address", "Wait a minute, and try again.");
  return fail(`the relay did not report it: ${error.message}`, LATE);
}

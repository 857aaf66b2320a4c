import { type CandidateFacts, readCandidateFacts, summarizeCandidates } from "@rangecast/rtc";
import { type Check, fail, pass, warn } from "../check.ts";
import { gatherCandidates } from "../probes/gather-candidates.ts";

const NETWORK = "Check this computer's network: without an address nobody can connect.";
/** More than these aren't listed. */
const MOST_SHOWN = 8;

/** Which addresses of its own this computer offers to viewers. */
export const candidatesCheck: Check = {
  name: "addresses",
  deadlineMs: 10_000,
  lateAdvice: NETWORK,
  run: async (_findings, signal) => {
    const lines = await gatherCandidates({ signal });
    signal.throwIfAborted();
    const own = lines.map((line) => readCandidateFacts(line)).filter((facts) => facts?.kind === "host");
    const offered = summarizeCandidates(lines);
    if (own.length === 0) return fail("this computer offers no address", NETWORK, { offered });
    const shown = own.slice(0, MOST_SHOWN).map((facts) => (facts === undefined ? "" : words(facts)));
    const found = `offers ${shown.join(", ")}${own.length > MOST_SHOWN ? `, and ${own.length - MOST_SHOWN} more` : ""}`;
    return own.every((facts) => facts?.scope === "loopback")
      ? warn(`${found}: only this computer itself`, NETWORK, { offered })
      : pass(found, { offered });
  },
};

const SCOPES: Readonly<Record<CandidateFacts["scope"], string>> = {
  public: "reached from everywhere",
  private: "its own network",
  loopback: "this computer",
  mdns: "hidden",
  name: "a name",
};

function words({ address, family, scope }: CandidateFacts): string {
  return `${address} (${family === undefined ? "" : `IPv${family}, `}${SCOPES[scope]})`;
}

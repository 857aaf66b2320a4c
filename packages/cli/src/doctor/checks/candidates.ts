import { type CandidateFacts, readCandidateFacts, summarizeCandidates } from "@rangecast/rtc";
import { type Check, fail, pass, warn } from "../check.ts";
import { gatherCandidates } from "../probes/gather-candidates.ts";

const NETWORK = "Check this computer's network: without an address nobody can connect.";
/** Longest list of addresses. */
const MAX_SHOWN = 8;

/** Lists the addresses that this computer offers to viewers. */
export const candidatesCheck: Check = {
  name: "addresses",
  deadline: { ms: 10_000, advice: NETWORK },
  run: async (_findings, signal) => {
    const lines = await gatherCandidates({ signal });
    signal.throwIfAborted();
    const own = lines.map((line) => readCandidateFacts(line)).filter((facts) => facts?.kind === "host");
    const offered = summarizeCandidates(lines);
    if (own.length === 0) return fail("this computer offers no address", NETWORK, { offered });
    const shown = own.slice(0, MAX_SHOWN).map((facts) => (facts === undefined ? "" : describeCandidate(facts)));
    const found = `offers ${shown.join(", ")}${own.length > MAX_SHOWN ? `, and ${own.length - MAX_SHOWN} more` : ""}`;
    return own.every((facts) => facts?.scope === "loopback")
      ? warn(`${found}: only this computer can reach them`, NETWORK, { offered })
      : pass(found, { offered });
  },
};

const SCOPES: Readonly<Record<CandidateFacts["scope"], string>> = {
  public: "public",
  private: "local network",
  loopback: "this computer",
  mdns: "hidden",
  name: "host name",
};

function describeCandidate({ address, family, scope }: CandidateFacts): string {
  return `${address} (${family === undefined ? "" : `IPv${family}, `}${SCOPES[scope]})`;
}

import { isLoopbackHost } from "../../serve/listen-host.ts";
import { askStun, type StunAnswer } from "../probes/ask-stun.ts";
import { type Check, type CheckResult, fail, pass, skip, warn } from "../check.ts";
import type { Findings } from "../findings.ts";
import { iceAddresses } from "../probes/ice-url.ts";
import { roundMs } from "../probes/relay-answer.ts";

/** How long answers are waited for, milliseconds: three tries, and a slow way back. */
const PATIENCE_MS = 4000;
/** Most servers that are asked; a relay names a handful. */
const MAX_SERVERS = 8;
const NAME_ONE = "Name one at the relay, or to rangecast share: --stun stun:HOST:3478.";
const OTHER = "Name another server, or open UDP to it in the firewall.";

/** Whether the STUN servers say how this computer looks from outside, and whether its router gives each peer another port. */
export const stunCheck: Check = {
  name: "stun",
  deadlineMs: PATIENCE_MS + 3000,
  lateAdvice: OTHER,
  run: async ({ iceServers, relay }, signal) => {
    const stun = iceAddresses(iceServers ?? []).filter(({ kind }) => kind === "stun");
    const asked = stun.filter(({ transport }) => transport === "udp").slice(0, MAX_SERVERS);
    if (asked.length === 0) return none(iceServers !== undefined, stun.length > 0, relay);
    return judge(await askStun(asked, PATIENCE_MS, signal));
  },
};

function none(known: boolean, others: boolean, relay: string | undefined): CheckResult {
  if (!known) return skip("which servers there are is not known");
  if (others) return warn("only servers by TLS or TCP are named, which daemons can't use", NAME_ONE);
  if (relay !== undefined && isLoopbackHost(new URL(relay).hostname))
    return skip("no server is named, and none is needed on this computer alone");
  return warn("no server is named: viewers in other networks find no way to this computer", NAME_ONE);
}

export function judge(answers: readonly StunAnswer[]): CheckResult {
  const answered = answers.filter(({ outcome }) => outcome === "answered");
  const findings: Partial<Findings> = { stun: { asked: answers.length, answered: answered.length } };
  const found = answers.map(describe_).join("; ");
  if (answered.length === 0) return fail(found, OTHER, findings);
  if (isSymmetric(answered)) {
    return warn(
      `${found}. Each sees another port: the router gives every peer a port of its own (symmetric NAT), so many viewers find no direct way`,
      "Name a TURN server at the relay, or open one UDP port in the router: rangecast share … --udp-port PORT.",
      findings,
    );
  }
  return answered.length < answers.length ? warn(found, OTHER, findings) : pass(found, findings);
}

function describe_({ url, outcome, mapped, roundTripMs = 0 }: StunAnswer): string {
  if (outcome === "no-name") return `the name in ${url} is not found (DNS)`;
  if (outcome === "silent") return `${url} does not answer`;
  const seen = mapped?.address === undefined ? "" : `, and sees ${mapped.address}:${mapped.port}`;
  return `${url} answers in ${roundMs(roundTripMs)}${seen}`;
}

/** Two servers, one local port, two outer ports of one outer address: another address is another way out, as to a server within the network. */
function isSymmetric(answers: readonly StunAnswer[]): boolean {
  const outer = new Set(answers.flatMap(({ mapped }) => mapped?.address ?? []));
  return [...outer].some((address) => {
    const seen = answers.filter(({ mapped }) => mapped?.address === address);
    return new Set(seen.map(({ server }) => server)).size > 1 && new Set(seen.map(({ mapped }) => mapped?.port)).size > 1;
  });
}

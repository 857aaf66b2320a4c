import { formatMs } from "../../format.ts";
import { isLoopbackHost } from "../../serve/listen-host.ts";
import { askStun, type StunAnswer } from "../probes/ask-stun.ts";
import { type Check, type CheckResult, fail, pass, skip, warn, type Findings } from "../check.ts";
import { iceAddresses } from "../probes/ice-url.ts";

/** How long to wait for answers, milliseconds: three attempts over a slow network. */
const PATIENCE_MS = 4000;
/** Most servers that are asked. A relay announces a few. */
const MAX_SERVERS = 8;
const ADD_ONE = "Add one to the relay or to rangecast share: --stun stun:HOST:3478.";
const OTHER = "Use another server, or allow UDP to it in the firewall.";

/** Checks that the STUN servers answer, and whether the router uses another public port for each peer. */
export const stunCheck: Check = {
  name: "stun",
  deadline: { ms: PATIENCE_MS + 3000, advice: OTHER },
  run: async ({ iceServers, relay }, signal) => {
    const stun = iceAddresses(iceServers ?? []).filter(({ kind }) => kind === "stun");
    const asked = stun.filter(({ transport }) => transport === "udp").slice(0, MAX_SERVERS);
    if (asked.length === 0) return none(iceServers !== undefined, stun.length > 0, relay);
    return judge(await askStun(asked, PATIENCE_MS, signal));
  },
};

function none(known: boolean, others: boolean, relay: string | undefined): CheckResult {
  if (!known) return skip("the servers are unknown");
  if (others) return warn("all servers use TLS or TCP, which hosts can't use", ADD_ONE);
  if (relay !== undefined && isLoopbackHost(new URL(relay).hostname))
    return skip("there is no server, and none is needed on this computer only");
  return warn("there is no server: viewers in other networks find no path to this computer", ADD_ONE);
}

export function judge(answers: readonly StunAnswer[]): CheckResult {
  const answered = answers.filter(({ outcome }) => outcome === "answered");
  const findings: Partial<Findings> = { stun: { asked: answers.length, answered: answered.length } };
  const found = answers.map(describeAnswer).join("; ");
  if (answered.length === 0) return fail(found, OTHER, findings);
  if (isSymmetric(answered)) {
    return warn(
      `${found}. They see different ports: the router uses another port for each peer (symmetric NAT), so many viewers find no direct path`,
      "Add a TURN server to the relay, or forward one UDP port in the router: rangecast share … --udp-port PORT.",
      findings,
    );
  }
  return answered.length < answers.length ? warn(found, OTHER, findings) : pass(found, findings);
}

function describeAnswer({ url, outcome, mapped, roundTripMs = 0 }: StunAnswer): string {
  if (outcome === "no-name") return `the name in ${url} is not found (DNS)`;
  if (outcome === "silent") return `${url} does not answer`;
  const seen = mapped?.address === undefined ? "" : `, and sees ${mapped.address}:${mapped.port}`;
  return `${url} answers in ${formatMs(roundTripMs)}${seen}`;
}

/**
 * Whether two servers see two ports of the same public address, for one local port. Ports of different addresses don't count: the packets took different
 * routes, for example to a server in the local network.
 */
function isSymmetric(answers: readonly StunAnswer[]): boolean {
  const outer = new Set(answers.flatMap(({ mapped }) => mapped?.address ?? []));
  return [...outer].some((address) => {
    const seen = answers.filter(({ mapped }) => mapped?.address === address);
    return new Set(seen.map(({ server }) => server)).size > 1 && new Set(seen.map(({ mapped }) => mapped?.port)).size > 1;
  });
}

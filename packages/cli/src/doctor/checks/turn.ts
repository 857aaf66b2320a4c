import { connect } from "node:net";
import { readCandidateFacts } from "@rangecast/rtc";
import { RtcNodeError } from "@rangecast/rtc-node";
import { type Check, type CheckResult, fail, pass, skip, warn, type Findings } from "../check.ts";
import { gatherCandidates } from "../probes/gather-candidates.ts";
import { type IceAddress, iceAddresses } from "../probes/ice-url.ts";
import { withPatience } from "../../patience.ts";
import { aborted } from "../../stop-signals.ts";

/** How long to wait for a server, milliseconds: two round trips, and retries. */
const PATIENCE_MS = 8000;
const MAX_SERVERS = 8;
const CHECK_SERVER =
  "Check the TURN server: does it run, can UDP reach it, does it accept the credentials (its secret must be the same as the relay's), and is its clock right?";

interface Tried {
  readonly url: string;
  readonly works: boolean;
  /** Whether it uses UDP, so that the daemon can use it. */
  readonly udp: boolean;
}

/** Checks that TURN servers over UDP allocate an address, and that those over TCP or TLS, which this stack can't use, accept a connection. */
export const turnCheck: Check = {
  name: "turn",
  deadline: { ms: PATIENCE_MS + 2000, advice: CHECK_SERVER },
  run: async ({ iceServers }, signal) => {
    if (iceServers === undefined) return skip("the servers are unknown");
    const servers = iceAddresses(iceServers)
      .filter(({ kind }) => kind === "turn")
      .slice(0, MAX_SERVERS);
    if (servers.length === 0) return skip("there is no server; without a direct path, viewers can't connect");
    return withPatience(PATIENCE_MS, signal, async (patience) =>
      judge(await Promise.all(servers.map((server) => tryServer(server, patience)))),
    );
  },
};

export function judge(tried: readonly Tried[]): CheckResult {
  const udp = tried.filter((one) => one.udp);
  const findings: Partial<Findings> = { turn: { asked: udp.length, answered: udp.filter(({ works }) => works).length } };
  const found = tried.map(describeServer).join("; ");
  const failed = tried.filter(({ works }) => !works).length;
  if (failed === tried.length) return fail(found, CHECK_SERVER, findings);
  if (failed > 0) return warn(found, CHECK_SERVER, findings);
  if (udp.length === 0) {
    return warn(
      `${found}; browsers can use them, but hosts can't`,
      "Add the server's UDP address, too: turn:HOST:3478?transport=udp.",
      findings,
    );
  }
  return pass(found, findings);
}

function describeServer({ url, works, udp }: Tried): string {
  if (udp) return works ? `${url} allocates an address` : `${url} allocates no address`;
  return works ? `${url} can be reached (only browsers can use it)` : `${url} can't be reached`;
}

async function tryServer(server: IceAddress, signal: AbortSignal): Promise<Tried> {
  const udp = server.transport === "udp";
  return { url: server.url, udp, works: udp ? await allocates(server, signal) : await opens(server, signal) };
}

async function allocates({ url, username = "", credential = "" }: IceAddress, signal: AbortSignal): Promise<boolean> {
  const isRelay = (line: string): boolean => readCandidateFacts(line)?.kind === "relay";
  try {
    const found = await gatherCandidates({ iceServers: [{ urls: url, username, credential }], onCandidate: isRelay, signal });
    return found.some(isRelay);
  } catch (error) {
    if (error instanceof RtcNodeError) return false;
    throw error;
  }
}

/** Whether a TCP connection opens. */
function opens({ host, port }: IceAddress, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (open: boolean) => () => {
      socket.destroy();
      resolve(open);
    };
    socket.on("connect", end(true));
    socket.on("error", end(false));
    void aborted(signal).then(end(false));
  });
}

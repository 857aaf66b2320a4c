import { connect } from "node:net";
import { readCandidateFacts } from "@rangecast/rtc";
import { RtcNodeError } from "@rangecast/rtc-node";
import { type Check, type CheckResult, fail, pass, skip, warn } from "../check.ts";
import type { Findings } from "../findings.ts";
import { gatherCandidates } from "../probes/gather-candidates.ts";
import { type IceAddress, iceAddresses } from "../probes/ice-url.ts";
import { withPatience } from "../../patience.ts";

/** How long a server is waited for, milliseconds: two round trips to it, and tries again. */
const PATIENCE_MS = 8000;
const MAX_SERVERS = 8;
const LOOK_AT_IT =
  "Look at the TURN server: is it up, is UDP to it open, does it take the credentials (the shared secret must be the relay's), do the clocks agree?";

interface Tried {
  readonly url: string;
  readonly works: boolean;
  /** Over UDP: the daemon can use it. */
  readonly udp: boolean;
}

/** Whether the TURN servers lend an address; for those over TCP or TLS, which this stack can't use, whether they are reached. */
export const turnCheck: Check = {
  name: "turn",
  deadlineMs: PATIENCE_MS + 2000,
  lateAdvice: LOOK_AT_IT,
  run: async ({ iceServers }, signal) => {
    if (iceServers === undefined) return skip("which servers there are is not known");
    const servers = iceAddresses(iceServers)
      .filter(({ kind }) => kind === "turn")
      .slice(0, MAX_SERVERS);
    if (servers.length === 0) return skip("no server is named; where no direct way is, there is none");
    return withPatience(PATIENCE_MS, signal, async (patience) =>
      judge(await Promise.all(servers.map((server) => tryServer(server, patience)))),
    );
  },
};

export function judge(tried: readonly Tried[]): CheckResult {
  const udp = tried.filter((one) => one.udp);
  const findings: Partial<Findings> = { turn: { asked: udp.length, answered: udp.filter(({ works }) => works).length } };
  const found = tried.map(describe_).join("; ");
  const failed = tried.filter(({ works }) => !works).length;
  if (failed === tried.length) return fail(found, LOOK_AT_IT, findings);
  if (failed > 0) return warn(found, LOOK_AT_IT, findings);
  if (udp.length === 0) {
    return warn(`${found}; daemons can't use those, browsers can`, "Name the server by UDP too: turn:HOST:3478?transport=udp.", findings);
  }
  return pass(found, findings);
}

function describe_({ url, works, udp }: Tried): string {
  if (udp) return works ? `${url} lends an address` : `${url} lends no address`;
  return works ? `${url} is reached (what it lends, browsers alone can use)` : `${url} is not reached`;
}

async function tryServer(server: IceAddress, signal: AbortSignal): Promise<Tried> {
  const udp = server.transport === "udp";
  return { url: server.url, udp, works: udp ? await lends(server, signal) : await opens(server, signal) };
}

async function lends({ url, username = "", credential = "" }: IceAddress, signal: AbortSignal): Promise<boolean> {
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
    signal.addEventListener("abort", end(false), { once: true });
    if (signal.aborted) end(false)();
  });
}

import { ClientError, connect, type RemoteFile } from "@rangecast/client";
import { type PeerConnection, type SelectedPath, selectedPath, type StatsReport } from "@rangecast/rtc";
import { createPeerConnection } from "@rangecast/rtc-node";
import { formatBytes, formatMs, formatRate } from "../../format.ts";
import { clientFailureText } from "../client-failure.ts";
import { type Check, type CheckResult, fail, pass, skip, warn, type Findings } from "../check.ts";

/** Longer than the client's own time limits, milliseconds, because its errors are more precise than a deadline. */
const CONNECT_MS = 60_000;
/** How long to read, milliseconds. */
const READ_MS = 2000;
const SECOND_MS = 1000;
const TRY_AGAIN = "Try again, and look at the host's terminal.";

export interface PathChecks {
  readonly checks: readonly Check[];
  /** Disconnects from the host. */
  close(): Promise<void>;
}

/** Checks that act as a viewer: connect to the host, and read the first bytes of the file. */
export function createPathChecks(): PathChecks {
  let file: RemoteFile | undefined;
  const connection: Check = {
    name: "connection",
    deadline: { ms: CONNECT_MS, advice: TRY_AGAIN },
    run: async (findings, signal) => {
      const opened = await open(findings, signal);
      if (opened.file !== undefined) ({ file } = opened);
      return opened.result;
    },
  };
  const transfer: Check = {
    name: "transfer",
    deadline: { ms: READ_MS + 15_000, advice: TRY_AGAIN },
    run: (_findings, signal) => (file === undefined ? Promise.resolve(skip("there is no connection")) : read(file, signal)),
  };
  return { checks: [connection, transfer], close: async () => file?.close() };
}

interface Opened {
  readonly result: CheckResult;
  readonly file?: RemoteFile;
}

async function open({ link, online }: Findings, signal: AbortSignal): Promise<Opened> {
  if (link === undefined || online !== true) return { result: skip("the host is not online") };
  let peer: PeerConnection | undefined;
  const startMs = performance.now();
  try {
    // Skipped ICE servers are reported by the checks of STUN and TURN.
    const file = await connect(link, { signal, createPeerConnection: (config) => (peer = createPeerConnection(config)) });
    const tookMs = performance.now() - startMs;
    const stats = await peer?.getStats();
    const path = stats === undefined ? undefined : describePath(stats);
    const found = `the share's own host answered, and the channel opened after ${formatMs(tookMs)}; ${path?.text ?? "its path is unknown"}`;
    return {
      file,
      result: path?.kind === "relayed" ? warn(found, "No direct path was found: the lines above show what may prevent it.") : pass(found),
    };
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    const { found, advice } = clientFailureText(error.reason, error.diagnosis);
    return { result: fail(found, advice) };
  }
}

function describePath(stats: StatsReport): { readonly text: string; readonly kind: SelectedPath["kind"] } | undefined {
  const path = selectedPath(stats);
  if (path === undefined) return undefined;
  const kinds: Partial<Record<string, string>> = {};
  stats.forEach(({ type, candidateType }) => {
    if (typeof type === "string" && typeof candidateType === "string") kinds[type] = candidateType;
  });
  const [here = "unknown", there = "unknown"] = [kinds["local-candidate"], kinds["remote-candidate"]];
  const kind = path.kind === "direct" ? "a direct path" : "relayed by a TURN server";
  return { kind: path.kind, text: `${kind} (${path.protocol ?? "udp"}, ${here} here, ${there} there)` };
}

async function read(file: RemoteFile, signal: AbortSignal): Promise<CheckResult> {
  if (file.size === 0 && !file.provisional) return pass("the file is empty");
  const startMs = performance.now();
  let [firstMs, bytes] = [0, 0];
  try {
    for await (const chunk of file.stream({ signal })) {
      if (bytes === 0) firstMs = performance.now() - startMs;
      bytes += chunk.byteLength;
      if (performance.now() - startMs > READ_MS) break;
    }
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    const { found, advice } = clientFailureText(error.reason);
    return fail(`after ${formatBytes(bytes)}: ${found}`, advice);
  }
  const rate = (bytes / (performance.now() - startMs)) * SECOND_MS;
  const all = bytes === file.size && !file.provisional ? ", which is all of it" : "";
  return pass(`the first bytes arrived after ${formatMs(firstMs)}; ${formatBytes(bytes)}${all}, at ${formatRate(rate)}`);
}

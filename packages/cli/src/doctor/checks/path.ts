import { ClientError, connect, type RemoteFile } from "@rangecast/client";
import { type SelectedPath, selectedPath, type StatsReport } from "@rangecast/rtc";
import { formatBytes, formatRate } from "../../format.ts";
import { clientFailureWords } from "../client-failure.ts";
import { type Check, type CheckResult, fail, pass, skip, warn } from "../check.ts";
import type { Findings } from "../findings.ts";
import { ObservedConnection } from "../probes/observed-connection.ts";
import { roundMs } from "../probes/relay-answer.ts";

/** Longer than the client gives an answer and a channel, milliseconds: its own reasons say more than a deadline. */
const CONNECT_MS = 60_000;
/** How long bytes are read, milliseconds. */
const READ_MS = 2000;
const SECOND_MS = 1000;
const TRY_AGAIN = "Try again, and look at the host's terminal.";

export interface PathChecks {
  readonly checks: readonly Check[];
  /** Leaves the host. */
  close(): Promise<void>;
}

/** The way of a viewer, tried as one: the host's answer, the path, and the first bytes. */
export function createPathChecks(): PathChecks {
  let file: RemoteFile | undefined;
  const connection: Check = {
    name: "connection",
    deadlineMs: CONNECT_MS,
    lateAdvice: TRY_AGAIN,
    run: async (findings, signal) => {
      const opened = await open(findings, signal);
      if (opened.file !== undefined) ({ file } = opened);
      return opened.result;
    },
  };
  const transfer: Check = {
    name: "transfer",
    deadlineMs: READ_MS + 15_000,
    lateAdvice: TRY_AGAIN,
    run: (_findings, signal) => (file === undefined ? Promise.resolve(skip("there is no connection")) : read(file, signal)),
  };
  return { checks: [connection, transfer], close: async () => file?.close() };
}

interface Opened {
  readonly result: CheckResult;
  readonly file?: RemoteFile;
}

async function open({ link, online }: Findings, signal: AbortSignal): Promise<Opened> {
  if (link === undefined || online !== true) return { result: skip("the host is not there") };
  let observed: ObservedConnection | undefined;
  const startMs = performance.now();
  try {
    const file = await connect(link, { signal, createPeerConnection: (config) => (observed = new ObservedConnection(config)) });
    const tookMs = performance.now() - startMs;
    const stats = await observed?.getStats();
    const way = stats === undefined ? undefined : pathWords(stats);
    const found = `the share's own host answered, and the channel opened after ${roundMs(tookMs)}; ${way?.words ?? "its path is not known"}`;
    return {
      file,
      result: way?.kind === "relayed" ? warn(found, "No direct way was found: see the lines above for what keeps it away.") : pass(found),
    };
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    const { found, advice } = clientFailureWords(error.reason, observed?.diagnosis);
    return { result: fail(found, advice) };
  }
}

function pathWords(stats: StatsReport): { readonly words: string; readonly kind: SelectedPath["kind"] } | undefined {
  const path = selectedPath(stats);
  if (path === undefined) return undefined;
  const kinds: Partial<Record<string, string>> = {};
  stats.forEach(({ type, candidateType }) => {
    if (typeof type === "string" && typeof candidateType === "string") kinds[type] = candidateType;
  });
  const [here = "unknown", there = "unknown"] = [kinds["local-candidate"], kinds["remote-candidate"]];
  const kind = path.kind === "direct" ? "a direct path" : "relayed by a TURN server";
  return { kind: path.kind, words: `${kind} (${path.protocol ?? "udp"}, ${here} here, ${there} there)` };
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
    const { found, advice } = clientFailureWords(error.reason);
    return fail(`after ${formatBytes(bytes)}: ${found}`, advice);
  }
  const rate = (bytes / (performance.now() - startMs)) * SECOND_MS;
  const all = bytes === file.size && !file.provisional ? ", which is all of it" : "";
  return pass(`the first bytes came after ${roundMs(firstMs)}; ${formatBytes(bytes)}${all}, at ${formatRate(rate)}`);
}

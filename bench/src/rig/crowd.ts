/* Many viewers of one daemon, through one link. */
import { fileURLToPath } from "node:url";

import { residentBytes } from "@rangecast/testkit/processes/process-tree";

import type { LinkOptions } from "../../netlab/index.ts";
import type { Contestant } from "./contestants.ts";
import { type BenchProgram, startBenchProgram, startOurDaemon } from "./daemons.ts";
import { type LinkedScope, onLink, type Outcome } from "./on-link.ts";
import { KEY, type Rig } from "./rig.ts";

const PROGRAM = fileURLToPath(new URL("../programs/many-viewers.js", import.meta.url));
/** What a daemon's first viewer adds, as compiled code, is no cost of a connection: one reads for so long before memory is measured. Milliseconds. */
const FIRST_VIEWER_MS = 2_000;
/** Longest that all viewers may take to connect, milliseconds. */
const CONNECT_LIMIT_MS = 150_000;
const SAMPLE_MS = 500;

export interface CrowdSetup {
  readonly contestant: Contestant;
  readonly file: string;
  readonly link: LinkOptions;
  readonly count: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface Crowd {
  /** Bytes of each viewer within `ms`. */
  readonly bytes: readonly number[];
  readonly ms: number;
  /** Resident memory of the daemon while all are reading, beyond what it had before they came. */
  readonly grownBytes: number;
}

/** @throws if a viewer fails, or if the contestant's daemon isn't ours */
export function runCrowd(rig: Rig, { contestant, file, link, count, warmUpMs, measureMs }: CrowdSetup): Promise<Outcome<Crowd>> {
  return onLink(link, rig.cleanup, async (scope) => {
    const transport = contestant.daemon;
    if (transport === "pion") throw new Error("pion's daemon serves one viewer");
    const [first = "", ...others] = Array.from({ length: count + 1 }, () => rig.watchSession(scope).sessionId);
    const daemon = await startOurDaemon({ base: rig.url, key: KEY, file, sessionIds: [first, ...others], transport });
    scope.cleanup.add(() => daemon.stop());
    const start = async (sessionIds: readonly string[], warmMs: number, ms: number): Promise<BenchProgram> => {
      const args = [PROGRAM, rig.url, KEY, String(warmMs), String(ms), ...sessionIds];
      return stopAfter(scope, await startBenchProgram(process.execPath, args, { RANGECAST_TRANSPORT: transport }));
    };
    const before = await start([first], 0, FIRST_VIEWER_MS);
    await before.waitFor(({ event }) => event === "result", CONNECT_LIMIT_MS);
    await before.stop();
    const idleBytes = await residentBytes(daemon.pid);
    const crowd = await start(others, warmUpMs, measureMs);
    await crowd.waitFor(({ event }) => event === "measuring", CONNECT_LIMIT_MS + warmUpMs);
    const memory = [await residentBytes(daemon.pid)];
    const sample = (): Promise<unknown> =>
      residentBytes(daemon.pid).then(
        (bytes) => memory.push(bytes),
        () => undefined,
      );
    const sampling = setInterval(() => void sample(), SAMPLE_MS);
    try {
      const { ms, bytes } = await crowd.waitFor(({ event }) => event === "result", CONNECT_LIMIT_MS + measureMs);
      return { ms: Number(ms), bytes: bytes as number[], grownBytes: Math.max(...memory) - idleBytes };
    } finally {
      clearInterval(sampling);
    }
  });
}

function stopAfter({ cleanup }: LinkedScope, program: BenchProgram): BenchProgram {
  cleanup.add(() => program.stop());
  return program;
}

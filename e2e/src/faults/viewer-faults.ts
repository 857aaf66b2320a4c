/* Faults of the browser and of `get`. */
import { rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { lookUntil } from "../lib/wait.ts";
import { type Fault, needsRoot, SECOND_MS, type Strike } from "./fault.ts";
import { GetExit, type GetRun } from "./get-run.ts";

const BROWSER_FREEZE_MS = 30 * SECOND_MS;
const GET_FREEZE_MS = 40 * SECOND_MS;
/** Bytes that `get` must have received before it is stopped. */
const BEGUN_BYTES = 10_000_000;
const BEGIN_LIMIT_MS = 30 * SECOND_MS;
const FILLER_BYTES = 1_000_000;

/** Freezes processes, the first one first so that it can't start others, and always thaws them in the end. */
async function freezeAll(pids: readonly number[], { wait }: Strike, ms: number): Promise<void> {
  const tell = (signal: NodeJS.Signals): void => {
    for (const pid of pids) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has already ended.
      }
    }
  };
  tell("SIGSTOP");
  try {
    await wait(ms);
  } finally {
    tell("SIGCONT");
  }
}

async function untilBegun(get: GetRun, signal: AbortSignal): Promise<void> {
  const begun = await lookUntil(async () => ((await get.received()) >= BEGUN_BYTES ? true : undefined), {
    limitMs: BEGIN_LIMIT_MS,
    signal,
  });
  if (begun === undefined) throw new Error(`get fetched only ${await get.received()} bytes in ${BEGIN_LIMIT_MS / SECOND_MS} s`);
}

/** Runs `get` again, which must resume where the last run stopped. */
async function getTheRest({ scene }: Strike): Promise<void> {
  const kept = await scene.get().received();
  const again = await scene.startGet();
  const { code, word, fetched } = await again.ended;
  if (code !== GetExit.ok) throw new Error(`get, run again, ended with ${code}: ${word}`);
  if (fetched === undefined || kept === 0) throw new Error(`get kept ${kept} bytes, and fetched ${fetched} when it was run again`);
  const { missing } = await again.check();
  const size = (await again.received()) + missing;
  if (fetched + kept > size) throw new Error(`get had ${kept} of ${size} bytes, and fetched ${fetched} when it was run again`);
}

export const VIEWER_FAULTS: readonly Fault[] = [
  {
    name: "browser-asleep",
    what: "all processes of the browser frozen for 30 s (SIGSTOP)",
    strike: async (strike) => {
      const pids = await strike.scene.chromium.pids();
      await strike.bite();
      await freezeAll(pids, strike, BROWSER_FREEZE_MS);
    },
  },
  {
    name: "get-asleep",
    what: "get frozen for 40 s (SIGSTOP)",
    strike: async (strike) => {
      const { pid } = strike.scene.get().child;
      await strike.bite();
      if (pid !== undefined) await freezeAll([pid], strike, GET_FREEZE_MS);
    },
  },
  {
    name: "get-killed",
    what: "get killed and run again, which resumes",
    wishes: { saves: "anywhere" },
    strike: async (strike) => {
      const get = strike.scene.get();
      await untilBegun(get, strike.signal);
      get.child.kill("SIGKILL");
      await get.ended;
      await strike.bite();
      await getTheRest(strike);
    },
  },
  {
    name: "disk-full",
    what: "get's disk full, then space freed and get run again, which resumes",
    wishes: { saves: "small" },
    impossible: needsRoot,
    strike: async (strike) => {
      const { scene, signal } = strike;
      const get = scene.get();
      await untilBegun(get, signal);
      const filler = join(dirname(scene.saveFolder), "filler");
      await fillDisk(filler);
      const { code, word } = await get.ended;
      if (code !== GetExit.noSpace) throw new Error(`on a full disk get ended with ${code}: ${word}`);
      await rm(filler);
      await strike.bite();
      await getTheRest(strike);
    },
  },
  {
    name: "worker-killed",
    what: "service worker killed while the film plays",
    strike: async ({ scene, bite }) => {
      const devtools = await scene.chromium.context.newCDPSession(scene.viewer.page);
      await devtools.send("ServiceWorker.enable");
      await devtools.send("ServiceWorker.stopAllWorkers");
      await bite();
    },
  },
];

/** Fills the disk of this path completely. */
async function fillDisk(path: string): Promise<void> {
  const block = Buffer.alloc(FILLER_BYTES, 1);
  for (;;) {
    try {
      await writeFile(path, block, { flag: "a" });
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOSPC") return;
      throw error;
    }
  }
}

/* One row of the table: sets up the scene, causes the fault, watches, and compares every byte. */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Cleanup } from "@rangecast/testkit/processes/cleanup";
import { lookUntil, withinTime } from "../lib/wait.ts";
import { type Fault, SECOND_MS } from "./fault.ts";
import { judge, type Findings } from "./judge.ts";
import type { Row } from "./row.ts";
import { openScene, type Scene } from "./scene.ts";
import { type Aftermath, watchFilm, watchGet, type WatchOptions } from "./watch.ts";

/** Longest times for setting up a scene, for the fault, and for `get` to finish after it, milliseconds. */
const SET_LIMIT_MS = 60 * SECOND_MS;
const STRIKE_LIMIT_MS = 150 * SECOND_MS;
const FINISH_LIMIT_MS = 60 * SECOND_MS;
/** The film counts as playing after this many seconds, and `get` as running after this many bytes. */
const WARM_SECONDS = 1;
const WARM_BYTES = 1_000_000;
/** Positions of the seeks during the fault, seconds: a player buffers less than half a minute ahead. A second seek in the same fault uses the second one. */
const FAR_PLACES = [60, 100];
/** More than `get` and its pipe can buffer, bytes. */
const BURST_BYTES = 8_000_000;
/** The final check: positions in the film, seconds, and slices to fetch, as fractions of its size. */
const PLACES = [150.2, 12.4, 118.52, 77];
const SLICES = [0, 0.41, 0.93];

export interface RunOptions {
  /** The film; each scene gets a copy. */
  readonly original: string;
  readonly signal: AbortSignal;
}

/** @throws only if `signal` aborts: other failures are part of the row */
export async function runRow(fault: Fault, { original, signal }: RunOptions): Promise<Row> {
  const { name, what } = fault;
  const skipped = fault.impossible?.();
  if (skipped !== undefined) return { name, what, survived: false, secondsToRecover: null, bytesWrong: 0, skipped };
  const cleanup = new Cleanup();
  const over = new AbortController();
  const both = AbortSignal.any([signal, over.signal]);
  const onAbort = (): void => void cleanup.run();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const folder = await mkdtemp(join(tmpdir(), "rangecast-fault-"));
    cleanup.add(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    const scene = await withinTime(openScene({ wishes: fault.wishes ?? {}, original, folder, cleanup }), SET_LIMIT_MS, "the scene");
    return { name, what, ...judge(await endure(fault, scene, both)) };
  } catch (error) {
    signal.throwIfAborted();
    return { name, what, survived: false, secondsToRecover: null, bytesWrong: 0, word: wordOf(error) };
  } finally {
    over.abort();
    signal.removeEventListener("abort", onAbort);
    await cleanup.run();
  }
}

async function endure(fault: Fault, scene: Scene, signal: AbortSignal): Promise<Findings> {
  await warmUp(scene, signal);
  let bittenAt = 0;
  const bite = async (): Promise<void> => {
    const get = scene.get();
    bittenAt = await get.received();
    get.burst(BURST_BYTES);
    await scene.viewer.seekFar(FAR_PLACES);
  };
  const wait = (ms: number): Promise<void> => sleep(ms, undefined, { signal });
  await withinTime(fault.strike({ scene, signal, bite, wait }), STRIKE_LIMIT_MS, "the fault");
  const outcome = fault.outcome ?? "goes-on";
  if (outcome === "told") scene.get().release();
  const options: WatchOptions = { outcome, overMs: performance.now(), signal };
  const [film, get] = await Promise.all([watchFilm(scene.viewer, options), watchGet(scene.get(), bittenAt + BURST_BYTES, options)]);
  const [shown, fetched] = await Promise.all([checkFilm(scene, film), checkGet(scene, get, signal)]);
  return { film, get, ...shown, ...fetched };
}

async function warmUp(scene: Scene, signal: AbortSignal): Promise<void> {
  const until = async (what: string, look: () => Promise<boolean>): Promise<void> => {
    const seen = await lookUntil(async () => ((await look()) ? true : undefined), { limitMs: SET_LIMIT_MS, signal });
    if (seen === undefined) throw new Error(`even before the fault ${what}`);
  };
  await until("the film didn't play", async () => (await scene.viewer.look()).time >= WARM_SECONDS);
  const get = await scene.startGet();
  const ended = get.ended.then(({ code, word }) => Promise.reject(new Error(`even before the fault get ended with ${code}: ${word}`)));
  // After the fault it may end.
  ended.catch(() => undefined);
  if (scene.wishes.saves === undefined) {
    await Promise.race([ended, until("get fetched nothing", async () => (await get.received()) >= WARM_BYTES)]);
  }
}

/** Whether the film shows the right frames everywhere, and the page serves the right bytes. */
async function checkFilm(
  { viewer, original }: Scene,
  film: Aftermath,
): Promise<Pick<Findings, "wrongFrames" | "servedWrong" | "filmFault">> {
  if (film.state !== "on") return { wrongFrames: [], servedWrong: 0, filmFault: undefined };
  try {
    const { size } = await stat(original);
    const wrongFrames = await viewer.wrongFrames(PLACES);
    const servedWrong = await viewer.wrongBytes(
      original,
      SLICES.map((part) => Math.floor(part * size)),
    );
    return { wrongFrames, servedWrong, filmFault: undefined };
  } catch (error) {
    return { wrongFrames: [], servedWrong: 0, filmFault: `afterwards: ${wordOf(error)}` };
  }
}

/** Waits for `get` to finish, and compares the bytes. */
async function checkGet(
  scene: Scene,
  found: Aftermath,
  signal: AbortSignal,
): Promise<Pick<Findings, "getWrong" | "getMissing" | "getFault">> {
  const get = scene.get();
  get.release();
  let getFault: string | undefined;
  if (found.state === "on") {
    const ended = get.ended.then(({ code, word }) => (code === 0 ? "" : `get ended with ${code ?? "a signal"}: ${word}`));
    const late = sleep(FINISH_LIMIT_MS, "get didn't come to its end", { signal, ref: false });
    getFault = (await Promise.race([ended, late])) || undefined;
  }
  get.child.kill("SIGKILL");
  await get.ended;
  const { wrong, missing } = await get.check();
  return { getWrong: wrong, getMissing: missing, getFault };
}

/** The error's message in one line. */
function wordOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/gu, " ").trim();
}

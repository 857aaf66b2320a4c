/* Measures one host and one relay before and after viewers came and went. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startChromium } from "@rangecast/testkit/browsers/chromium";
import type { Cleanup } from "@rangecast/testkit/processes/cleanup";
import { makeFilm } from "../lib/media.ts";
import { type Program, startProgram } from "../lib/program.ts";
import { type Reading, takeReading } from "./readings.ts";
import type { SoakReport } from "./report.ts";
import { compareReadings, type Finding } from "./verdict.ts";
import { type Behaviour, type Crowd, NODE_BEHAVIOURS, runViewer, TAB_BEHAVIOURS } from "./viewers.ts";

const TELL_RESOURCES = new URL("../programs/tell-resources.js", import.meta.url).href;
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const READING_LIMIT_MS = 10 * SECOND_MS;
/** Viewers in Node at the same time: with more, they wait for each other on two cores. */
const NODE_LANES = 3;
/** If resources are not as before, they are checked again a few times: a connection that happens to be open is not a leak. */
const MORE_LOOKS = 4;
const BETWEEN_LOOKS_MS = 5 * SECOND_MS;

export interface SoakOptions {
  readonly minutes: number;
  /** How long after the last viewer the resources are measured. */
  readonly settleSeconds: number;
  readonly cleanup: Cleanup;
  readonly signal: AbortSignal;
  /** Called with a progress message for people. */
  readonly say: (text: string) => void;
}

interface Watched {
  readonly programs: Readonly<Record<string, Program>>;
  readonly folder: string;
  readonly signal: AbortSignal;
}

export async function runSoak({ minutes, settleSeconds, cleanup, signal, say }: SoakOptions): Promise<SoakReport> {
  const folder = await mkdtemp(join(tmpdir(), "rangecast-soak-"));
  cleanup.add(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const film = await makeFilm("mp4-moov-front", folder);
  const env = { NODE_OPTIONS: `--import=${TELL_RESOURCES}`, RESOURCES_FOLDER: folder };
  const run = async (name: string, args: readonly string[]): Promise<Program> => {
    const home = join(folder, name);
    await mkdir(home);
    const program = await startProgram(args, { home, env });
    cleanup.add(() => program.end("SIGKILL"));
    return program;
  };
  const relay = await run("relay", ["relay", "--json", "--host", "127.0.0.1", "--port", "0"]);
  const host = await run("host", ["share", film, "--json", "--relay", String(relay.ready["url"])]);
  const chromium = await startChromium([], { signalsAreOurs: true });
  cleanup.add(() => chromium.close());
  const watched: Watched = { programs: { host, relay }, folder, signal };
  const crowd: Crowd = { link: String(host.ready["link"]), chromium, signal };

  say("one viewer of each kind, all at once, so that all code is loaded; then the first measurement");
  const counts: Record<string, number> = {};
  const failures: string[] = [];
  const count = async (behaviour: Behaviour, seed: number): Promise<void> => {
    counts[behaviour] = (counts[behaviour] ?? 0) + 1;
    await runViewer(behaviour, seed, crowd).catch((error: unknown) => {
      signal.throwIfAborted();
      failures.push(`${behaviour}: ${error instanceof Error ? error.message : String(error)}`);
    });
  };
  // More at once than ever later: the allocator keeps memory that was used once, and that is not a leak.
  await Promise.all([...NODE_BEHAVIOURS, ...TAB_BEHAVIOURS].map((behaviour) => count(behaviour, 1)));
  await sleep(settleSeconds * SECOND_MS, undefined, { signal });
  const before = await readAll(watched);

  say(`viewers come and go for ${minutes} minutes`);
  const end = performance.now() + minutes * MINUTE_MS;
  const lane = async (kinds: readonly Behaviour[], first: number, step: number): Promise<void> => {
    for (let turn = first; performance.now() < end; turn += step) await count(kinds[turn % kinds.length] ?? "watch", turn + 2);
  };
  const nodeLanes = Array.from({ length: NODE_LANES }, (_, index) => lane(NODE_BEHAVIOURS, index, NODE_LANES));
  await Promise.all([...nodeLanes, lane(TAB_BEHAVIOURS, 0, 1)]);

  say("the last viewer is gone; waiting for the time-outs of those that vanished");
  const goneMs = performance.now();
  await sleep(settleSeconds * SECOND_MS, undefined, { signal });
  const findings = await lookOften(watched, before);
  return { minutes, viewers: counts, failures, settledAfter: (performance.now() - goneMs) / SECOND_MS, findings };
}

/** The first measurement in which everything is as before, or the last one. */
async function lookOften(watched: Watched, before: Readonly<Record<string, Reading>>): Promise<Finding[]> {
  for (let looks = 0; ; looks++) {
    const after = await readAll(watched);
    const findings = Object.entries(after).flatMap(([name, reading]) => compareReadings(name, before[name] ?? reading, reading));
    if (findings.every(({ kept }) => kept) || looks >= MORE_LOOKS) return findings;
    await sleep(BETWEEN_LOOKS_MS, undefined, { signal: watched.signal });
  }
}

async function readAll({ programs, folder, signal }: Watched): Promise<Record<string, Reading>> {
  const readings = Object.entries(programs).map(
    async ([name, { pid }]) => [name, await takeReading(pid, folder, { limitMs: READING_LIMIT_MS, signal })] as const,
  );
  return Object.fromEntries(await Promise.all(readings));
}

/* One run of `rangecast get`. The only file that knows its options, its JSON lines and its exit codes. */
import { type ChildProcess, spawn } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { commandOf, type Surroundings } from "../lib/rangecast.ts";
import { compareWith, countWrongInFile } from "./count-wrong.ts";
import { createPace } from "./pace.ts";

/** How fast standard output is read until it is released, bytes per second: slow enough that the download lasts through the longest fault. */
const PACE_BYTES_PER_SECOND = 800_000;
/** Longest that a reader waits before it checks whether it was released, milliseconds. */
const STEP_MS = 50;
/** Exit codes, as in the program's help. */
export const GetExit = { ok: 0, fileChanged: 16, remoteFailed: 17, noSpace: 19 } as const;

export interface GetEnd {
  /** Undefined if a signal ended it. */
  readonly code: number | undefined;
  /** The message of its last line, for people. */
  readonly word: string;
  /** Bytes that this run downloaded, as it reports; undefined if it didn't finish. */
  readonly fetched: number | undefined;
}

export interface GetRun {
  readonly child: ChildProcess;
  /** Bytes received so far. */
  received(): Promise<number>;
  /** Lets this many more bytes be read at once. */
  burst(bytes: number): void;
  /** From now on reads bytes as fast as they arrive. */
  release(): void;
  readonly ended: Promise<GetEnd>;
  /** Wrong bytes and missing bytes. Call it when the run has ended. */
  check(): Promise<{ readonly wrong: number; readonly missing: number }>;
}

export interface GetOptions {
  readonly link: string;
  readonly surroundings: Surroundings;
  /** The file with the expected bytes. */
  readonly wanted: string;
  /** The folder to save the file in. @default it goes to standard output, which is read slowly */
  readonly folder?: string;
}

export function startGet({ link, surroundings, wanted, folder }: GetOptions): Promise<GetRun> {
  const { command, args, env } = commandOf(["get", link, "--out", folder ?? "-", "--json"], surroundings);
  const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  return folder === undefined ? intoPipe(child, wanted) : intoFolder(child, wanted, folder);
}

type Spawned = ReturnType<typeof spawn> & { readonly stdout: NodeJS.ReadableStream; readonly stderr: NodeJS.ReadableStream };

/** Its JSON lines are on standard error in this case. */
async function intoPipe(child: ChildProcess, wanted: string): Promise<GetRun> {
  const { stdout, stderr } = child as Spawned;
  const comparison = await compareWith(wanted);
  const pace = createPace(PACE_BYTES_PER_SECOND, performance.now());
  const reading = (async () => {
    for await (const chunk of stdout) {
      const bytes = chunk as Buffer;
      await comparison.take(bytes);
      pace.took(bytes.byteLength);
      // In short steps, because it may be released while this waits.
      while (pace.wait(performance.now()) > 0) await sleep(Math.min(STEP_MS, pace.wait(performance.now())));
    }
  })();
  const last = lastLine(stderr);
  return {
    child,
    received: async () => comparison.bytes,
    burst: pace.burst,
    release: pace.release,
    ended: endOf(child, last, reading),
    check: async () => {
      const missing = await comparison.missing();
      await comparison.close();
      return { wrong: comparison.wrong, missing };
    },
  };
}

async function intoFolder(child: ChildProcess, wanted: string, folder: string): Promise<GetRun> {
  const { stdout, stderr } = child as Spawned;
  const last = lastLine(stdout, stderr);
  return {
    child,
    received: () => largestIn(folder),
    burst: () => undefined,
    release: () => undefined,
    ended: endOf(child, last),
    check: async () => {
      const { size } = await stat(wanted);
      const names = await readdir(folder);
      const [name] = names;
      if (name === undefined) return { wrong: 0, missing: size };
      const length = (await stat(join(folder, name))).size;
      const missing = Math.max(0, size - length);
      return { wrong: (await countWrongInFile(join(folder, name), wanted)) - missing, missing };
    },
  };
}

/** The size of the part file or the file. */
async function largestIn(folder: string): Promise<number> {
  const names = await readdir(folder);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name)).catch(() => undefined))?.size ?? 0));
  return Math.max(0, ...sizes);
}

interface Line {
  readonly event?: string;
  readonly message?: string;
  readonly fetched?: number;
}

/** Keeps the last line, whether or not it is JSON. */
function lastLine(...streams: NodeJS.ReadableStream[]): () => Line {
  let last: Line = {};
  for (const input of streams) {
    createInterface({ input }).on("line", (text) => {
      if (text.trim() !== "") last = parseLine(text);
    });
  }
  return () => last;
}

function parseLine(text: string): Line {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return { message: text };
  }
}

async function endOf(child: ChildProcess, last: () => Line, reading?: Promise<void>): Promise<GetEnd> {
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  await reading?.catch(() => undefined);
  const { event, message, fetched } = last();
  return { code: code ?? undefined, word: message ?? event ?? "it said nothing", fetched };
}

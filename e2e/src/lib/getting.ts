/** Shared by the tests of `rangecast get`: hosts that keep their link over several runs, and access to the part file. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Home, jsonLines, type Running, startCli } from "../cli-process.ts";

/** Longest that a download of the test's files may take on a busy machine, milliseconds: it ends a hanging test, and is not a speed goal. */
export const GET_TIMEOUT_MS = 100_000;
/** Longest life of a host, milliseconds: longer than any test file, which stops the host itself. */
const HOST_TIMEOUT_MS = 900_000;
/** Longest wait for the first bytes, milliseconds. */
const PART_TIMEOUT_MS = 30_000;
const LOOK_MS = 5;

export interface Host {
  readonly running: Running;
  readonly link: string;
  /** Bytes sent to each viewer that has left, in order. */
  sentBytes(): number[];
}

/** `rangecast share FILE`: with the same home and relay it has the same link every time. */
export async function startHost(home: Home, file: string, args: readonly string[] = ["--port", "0", "--no-relay"]): Promise<Host> {
  const running = startCli(home, ["share", file, "--json", ...args], { timeoutMs: HOST_TIMEOUT_MS });
  await running.until(/"ready".*\n/);
  const [ready] = jsonLines(running.stdout());
  const left = (): Array<Record<string, unknown>> => jsonLines(running.stdout()).filter(({ event }) => event === "viewer-left");
  return { running, link: String(ready?.["link"]), sentBytes: () => left().map(({ bytes }) => Number(bytes)) };
}

/** The part file in the folder; undefined if there is none. */
export async function partIn(folder: string): Promise<{ readonly path: string; readonly bytes: number } | undefined> {
  const name = (await readdir(folder)).find((file) => file.endsWith(".rangecast-part"));
  if (name === undefined) return undefined;
  const path = join(folder, name);
  return { path, bytes: (await stat(path)).size };
}

/** Waits until this many bytes are saved. */
export async function untilPart(folder: string, bytes: number): Promise<void> {
  const deadline = performance.now() + PART_TIMEOUT_MS;
  while (((await partIn(folder))?.bytes ?? 0) < bytes) {
    if (performance.now() > deadline) throw new Error(`${bytes} bytes did not come: ${JSON.stringify(await readdir(folder))}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** The last event of a `--json` run, and one by its name. */
export function eventsOf(stdout: string): {
  readonly last: Record<string, unknown>;
  readonly named: (name: string) => Record<string, unknown> | undefined;
  readonly all: (name: string) => readonly Record<string, unknown>[];
} {
  const events = jsonLines(stdout);
  return {
    last: events.at(-1) ?? {},
    named: (name) => events.find(({ event }) => event === name),
    all: (name) => events.filter(({ event }) => event === name),
  };
}

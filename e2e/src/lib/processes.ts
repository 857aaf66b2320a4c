import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Longest that a started program may take to say what it was asked for, milliseconds. */
const EVENT_TIMEOUT_MS = 30_000;
/** Longest that a program may take to end after SIGINT before it is killed, milliseconds. */
const STOP_TIMEOUT_MS = 10_000;

export type Event = Record<string, unknown> & { event: string };

/** A program that prints one JSON object a line. */
export interface JsonProcess {
  readonly child: ChildProcess;
  readonly events: readonly Event[];
  /** What it printed on stderr. */
  readonly stderr: () => string;
  /** The first event, past or to come, that fits; rejects if the program ends or the time is up. */
  waitFor(fits: (event: Event) => boolean, timeoutMs?: number): Promise<Event>;
  readonly exited: Promise<number | null>;
  /** SIGINT, then SIGKILL if that was not enough. Answers the exit code. */
  stop(): Promise<number | null>;
}

export function startJsonProcess(command: string, args: string[], env: NodeJS.ProcessEnv = process.env): JsonProcess {
  const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const events: Event[] = [];
  const watchers = new Set<() => void>();
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  createInterface({ input: child.stdout }).on("line", (line) => {
    try {
      events.push(JSON.parse(line) as Event);
    } catch {
      events.push({ event: "not-json", line });
    }
    for (const watch of watchers) watch();
  });
  const exited = new Promise<number | null>((resolve) => child.on("close", (code) => resolve(code)));
  return {
    child,
    events,
    stderr: () => errors,
    exited,
    waitFor: async (fits, timeoutMs = EVENT_TIMEOUT_MS) => {
      let timer: NodeJS.Timeout | undefined;
      let watch: (() => void) | undefined;
      try {
        return await new Promise<Event>((resolve, reject) => {
          watch = () => {
            const found = events.find(fits);
            if (found) resolve(found);
          };
          watchers.add(watch);
          timer = setTimeout(() => reject(new Error(`no such event within ${timeoutMs} ms; ${describe(events, errors)}`)), timeoutMs);
          void exited.then((code) => reject(new Error(`${command} ended with ${code}; ${describe(events, errors)}`)));
          watch();
        });
      } finally {
        clearTimeout(timer);
        if (watch) watchers.delete(watch);
      }
    },
    stop: async () => {
      child.kill("SIGINT");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
      const code = await exited;
      clearTimeout(timer);
      return code;
    },
  };
}

function describe(events: readonly Event[], errors: string): string {
  return `it said ${JSON.stringify(events.slice(-5))} and on stderr ${JSON.stringify(errors.slice(-500))}`;
}

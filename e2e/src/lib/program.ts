/* A program of rangecast that is ended, killed, stopped and started again, always with the same home folder. */
import type { JsonProcess } from "@rangecast/testkit/processes/json-process";
import { startRangecast, type Surroundings } from "./rangecast.ts";

export interface Program {
  readonly pid: number;
  /** What it said when it was last ready. */
  readonly ready: Readonly<Record<string, unknown>>;
  readonly running: () => JsonProcess;
  /** Ends it at once, or as Ctrl-C does; resolves when it is gone. */
  end(signal: "SIGKILL" | "SIGINT"): Promise<void>;
  /** Starts it again, with other arguments where such are given; resolves when it is ready. */
  start(args?: readonly string[]): Promise<void>;
  /** SIGSTOP: it is there, and does nothing. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
}

/** Starts `rangecast ARGS` and waits until it is ready. */
export async function startProgram(args: readonly string[], surroundings: Surroundings): Promise<Program> {
  let now = startRangecast(args, surroundings);
  let before = args;
  const isReady = (): Promise<Record<string, unknown>> => now.waitFor(({ event }) => event === "ready");
  let ready: Record<string, unknown>;
  try {
    ready = await isReady();
  } catch (error) {
    await now.stop();
    throw error;
  }
  return {
    get pid() {
      return pidOf(now);
    },
    get ready() {
      return ready;
    },
    running: () => now,
    end: async (signal) => {
      // Who is stopped hears nothing but SIGKILL.
      now.child.kill("SIGCONT");
      if (signal === "SIGINT") await now.stop();
      else now.child.kill(signal);
      await now.exited;
    },
    start: async (next = before) => {
      before = next;
      now = startRangecast(next, surroundings);
      ready = await isReady();
    },
    freeze: () => void now.child.kill("SIGSTOP"),
    thaw: () => void now.child.kill("SIGCONT"),
  };
}

function pidOf({ child }: JsonProcess): number {
  if (child.pid === undefined) throw new Error("the program was not started");
  return child.pid;
}

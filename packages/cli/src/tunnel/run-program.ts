/** Runs a tunnel's program, and ends it with everything that it started. */
import { type ChildProcess, spawn } from "node:child_process";
import { createDeferred, within } from "@rangecast/base";
import { guardGroup } from "./guard-group.ts";
import { OutputLines } from "./output-lines.ts";

/** How long a program may take to end after SIGTERM before it is killed, milliseconds. */
const END_MS = 2000;
/** How long its last output may take after its end, milliseconds. */
const LAST_OUTPUT_MS = 500;

export interface RunProgramOptions {
  readonly program: string;
  readonly args: readonly string[];
  /** Called with each line of the beginning of its output. */
  readonly onLine: (line: string) => void;
}

export interface RunningProgram {
  /** Aborts when the program has ended. */
  readonly ended: AbortSignal;
  /** The last lines that it printed, on standard error if there are any. */
  readonly lastLines: readonly string[];
  /** How it ended: a clause. */
  readonly howItEnded: string;
  close(): Promise<void>;
}

/** @throws the system's error if it can't be started */
export async function runProgram({ program, args, onLine }: RunProgramOptions): Promise<RunningProgram> {
  const isGroup = process.platform !== "win32";
  // Its standard input stays open and empty: ssh and others end when it ends, so also if this program is killed.
  const child = spawn(program, [...args], { stdio: ["pipe", "pipe", "pipe"], detached: isGroup, windowsHide: true });
  child.stdin.on("error", () => undefined);
  const [out, err] = [new OutputLines(onLine), new OutputLines(onLine)];
  child.stdout.setEncoding("utf8").on("data", (text: string) => out.add(text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => err.add(text));
  const pid = await started(child);
  const unguard = isGroup ? guardGroup(pid) : () => undefined;
  const kill = (signal: NodeJS.Signals): void => void (isGroup ? killGroup(pid, signal) : child.kill(signal));
  const exited = createDeferred<undefined>();
  const ended = new AbortController();
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let howItEnded = "it runs";
  child.once("exit", (code, signal) => {
    howItEnded = code === null ? `it was ended by ${signal ?? "a signal"}` : `it ended with code ${code}`;
    // What it started may live on, and keep its output open.
    kill("SIGKILL");
    unguard();
    void within(LAST_OUTPUT_MS, closed).then(() => {
      out.end();
      err.end();
      ended.abort();
      exited.resolve(undefined);
    });
  });
  return {
    ended: ended.signal,
    get lastLines() {
      return err.last.length > 0 ? err.last : out.last;
    },
    get howItEnded() {
      return howItEnded;
    },
    close: async () => {
      if (ended.signal.aborted) return;
      kill("SIGTERM");
      if (!(await within(END_MS, exited.promise))) kill("SIGKILL");
      await exited.promise;
    },
  };
}

function started(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    // A started process has an id.
    child.once("spawn", () => resolve(child.pid as number));
    // Not only once: a signal that can't be sent is such an error as well.
    child.on("error", reject);
  });
}

/** Sends a signal to a process group, if it still exists. */
function killGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // It has ended.
  }
}

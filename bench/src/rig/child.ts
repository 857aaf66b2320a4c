import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Longest that a program may take to say that it has started, milliseconds. */
const START_LIMIT_MS = 15_000;
/** Longest that it may take to end after SIGINT before it is killed, milliseconds. */
const STOP_LIMIT_MS = 3_000;

/** A program that prints one JSON object with an `event` a line. */
export interface Child {
  readonly pid: number;
  /** What its first line said. */
  readonly first: Readonly<Record<string, unknown>>;
  /** SIGINT, then SIGKILL. */
  stop(): Promise<void>;
}

/**
 * Starts a program and waits for its first line. Its stdin is a pipe that ends with this process.
 * @throws when it ends, or says nothing in time; it doesn't run then
 */
export async function startChild(command: string, args: readonly string[]): Promise<Child> {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()).once("error", () => resolve()));
  const stop = (): Promise<void> => stopChild(child, ended);
  let timer: NodeJS.Timeout | undefined;
  try {
    const first = await new Promise<Record<string, unknown>>((resolve, reject) => {
      // Lines are read for as long as it runs: a full pipe would stall it.
      createInterface({ input: child.stdout }).on("line", (line) => resolve(JSON.parse(line) as Record<string, unknown>));
      timer = setTimeout(() => reject(new Error(`${command} said nothing for ${START_LIMIT_MS} ms`)), START_LIMIT_MS);
      void ended.then(() => reject(new Error(`${command} ended with ${child.exitCode ?? child.signalCode ?? "an error"}`)));
    });
    if (child.pid === undefined) throw new Error(`${command} has no process id`);
    return { pid: child.pid, first, stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function stopChild(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill("SIGINT");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
  await ended;
  clearTimeout(timer);
}

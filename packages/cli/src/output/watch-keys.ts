/** Single keys from the terminal, without Enter. */
import { readFile } from "node:fs/promises";
import type { Context } from "../context.ts";

const CTRL_C = "\u0003";
const CTRL_Z = "\u001A";

/** Fields of /proc/self/stat after the program's name, from 0: proc(5). */
const GROUP_FIELD = 2;
const TERMINAL_GROUP_FIELD = 5;

export interface WatchKeysOptions extends Pick<Context, "stdin" | "stop"> {
  readonly onKey: (key: string) => void;
  /** @default whether this process may read from its terminal */
  readonly mayRead?: () => Promise<boolean>;
}

/**
 * Calls back for each key. While it watches, the terminal sends no signals for Ctrl-C and Ctrl-Z, so it handles both. Does nothing if the input is no
 * terminal, or if the program runs in the background: there, reading would stop it.
 * @returns a function that gives the terminal back; undefined if no keys are read
 */
export async function watchKeys({ stdin, stop, onKey, mayRead = isForeground }: WatchKeysOptions): Promise<(() => void) | undefined> {
  if (!stdin.isTTY || !(await mayRead()) || stop.signal.aborted) return undefined;
  const onData = (text: string): void => {
    for (const key of text) {
      if (key === CTRL_C) stop.stop("interrupted");
      else if (key === CTRL_Z) suspend();
      else onKey(key);
    }
  };
  const take = (): void => void stdin.setRawMode(true).resume();
  const giveBack = (): void => void stdin.setRawMode(false).pause();
  const suspend = (): void => {
    giveBack();
    process.kill(process.pid, "SIGTSTP");
  };
  const onContinued = (): void => {
    void mayRead().then((may) => may && !closed && take());
  };
  let closed = false;
  process.on("SIGCONT", onContinued);
  stdin.setEncoding("utf8").on("data", onData);
  take();
  return () => {
    closed = true;
    process.off("SIGCONT", onContinued);
    stdin.off("data", onData);
    giveBack();
  };
}

/** Whether this process is in the terminal's foreground. Known on Linux; elsewhere keys are not read, except on Windows, which has no background. */
async function isForeground(): Promise<boolean> {
  if (process.platform === "win32") return true;
  try {
    const stat = await readFile("/proc/self/stat", "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[GROUP_FIELD] === fields[TERMINAL_GROUP_FIELD];
  } catch {
    return process.platform === "darwin";
  }
}

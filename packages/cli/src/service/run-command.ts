/** Runs the system's program that manages services. */
import { execFile } from "node:child_process";

/** How long such a program may take, milliseconds. */
const LIMIT_MS = 30_000;

/** How it ended. `missing`: there is no such program. */
export interface Ran {
  readonly result: "ok" | "failed" | "missing";
  /** What it printed. */
  readonly output: string;
}

export function runCommand(command: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(command, [...args], { timeout: LIMIT_MS, windowsHide: true }, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`.trim();
      if (error === null) resolve({ result: "ok", output });
      else resolve({ result: error.code === "ENOENT" ? "missing" : "failed", output });
    });
  });
}

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** Time limit for the process to end, milliseconds: less than requests to a server that does not answer take. */
const END_BOUND_MS = 6_000;
const PROGRAM = fileURLToPath(new URL("../testing/ice-end-by-itself.mjs", import.meta.url));

test.each(["unused", "gathering", "connected", "restarted"])(
  "a process ends by itself after %s agents were closed",
  async (scenario) => {
    const output = await new Promise((resolve) => {
      const child = execFile(process.execPath, [PROGRAM, scenario], { timeout: END_BOUND_MS }, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode ?? child.signalCode, stdout, stderr }),
      );
    });
    expect(output).toEqual({ code: 0, stdout: "closed\n", stderr: "" });
  },
  END_BOUND_MS + 5_000,
);

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";

import { type Transport, TRANSPORTS } from "../testing/pair.ts";

/** Time limit for the process to end, milliseconds. Without a hang it takes much less. */
const END_BOUND_MS = 15_000;
/** Above that limit, so that the test reports how the process ended. */
const TEST_TIMEOUT_MS = END_BOUND_MS + 5_000;
const PROGRAM = fileURLToPath(new URL("../testing/end-by-itself.mjs", import.meta.url));

/** Runs the program against the built package, as users do, to its end. */
function run(transport: Transport, ...scenarios: string[]): Promise<{ code: number | string | null; output: string; errors: string }> {
  return new Promise((resolve) => {
    const options = { timeout: END_BOUND_MS, env: { ...process.env, RANGECAST_TRANSPORT: transport } };
    const child = execFile(process.execPath, [PROGRAM, ...scenarios], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? child.signalCode, output: stdout, errors: stderr }),
    );
  });
}

describe("a process ends by itself", () => {
  test.each(["unused", "offered", "early", "connected", "remote-close", "both-close", "channel-first", "churn"])(
    "after %s connections were closed",
    async (scenario) => {
      expect(await run("native", scenario)).toEqual({ code: 0, output: "closed\n", errors: "" });
    },
    TEST_TIMEOUT_MS,
  );

  // A library's threads and callbacks could hang after each of them. Ours has only sockets and timers, so one process is enough; `both-close`, `churn` and `collected` are long tests.
  test(
    "after connections of our own transport were closed in all these ways",
    async () => {
      const scenarios = ["unused", "offered", "early", "connected", "remote-close", "channel-first"];
      expect(await run("own", ...scenarios)).toEqual({ code: 0, output: "closed\n", errors: "" });
    },
    TEST_TIMEOUT_MS,
  );
});

test(
  "connections without a reference survive garbage collection",
  async () => {
    expect(await run("native", "collected")).toEqual({ code: 0, output: "100 messages\nclosed\n", errors: "" });
  },
  TEST_TIMEOUT_MS,
);

test.skipIf(process.platform !== "linux").each(TRANSPORTS)(
  "many connections leave no file descriptors and threads behind (%s)",
  async (transport) => {
    const { code, output } = await run(transport, "leaks");
    expect(code).toBe(0);
    const [before, after] = JSON.parse(output.split("\n")[0] ?? "[]") as { descriptors: number; threads: number }[];
    expect(after!.descriptors).toBeLessThanOrEqual(before!.descriptors + 2);
    expect(after!.threads).toBeLessThanOrEqual(before!.threads + 2);
  },
  TEST_TIMEOUT_MS,
);

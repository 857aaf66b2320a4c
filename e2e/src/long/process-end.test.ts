/* A process with connections of our own transport: they live without a reference to them, and the process ends by itself when they are closed in a stream. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const PROGRAM = fileURLToPath(new URL("../../../packages/rtc-node/src/testing/end-by-itself.mjs", import.meta.url));
/** Without a hang it takes less, milliseconds. */
const END_BOUND_MS = 110_000;

function run(scenario: string): Promise<{ code: number | string | null; output: string; errors: string }> {
  return new Promise((resolve) => {
    const options = { timeout: END_BOUND_MS, env: { ...process.env, RANGECAST_TRANSPORT: "own" } };
    const child = execFile(process.execPath, [PROGRAM, scenario], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? child.signalCode, output: stdout, errors: stderr }),
    );
  });
}

test.each([
  ["by both sides at once", "both-close"],
  ["in the middle of a stream, from within handlers", "churn"],
])("ends by itself after connections were closed %s", async (_how, scenario) => {
  expect(await run(scenario)).toEqual({ code: 0, output: "closed\n", errors: "" });
});

test("connections without a reference survive garbage collection", async () => {
  expect(await run("collected")).toEqual({ code: 0, output: "100 messages\nclosed\n", errors: "" });
});

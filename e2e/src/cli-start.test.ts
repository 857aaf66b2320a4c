/** `npm start`, as in the README: run from the checkout, by a user in any folder. */
import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHome, type Home, jsonLines } from "./cli-process.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Limit for a start, which may have to build first. */
const START_TIMEOUT_MS = 100_000;

let home: Home;
beforeAll(async () => {
  home = await createHome();
  await mkdir(join(home.folder, "films"));
  await writeFile(join(home.folder, "films", "mine.mp4"), "mine");
});
afterAll(() => home.remove());

/** Runs the script as npm does for a user in their home folder; ends it with Ctrl-C after its first output. */
async function start(args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const env = { ...home.env, INIT_CWD: home.folder };
  const child = spawn(process.execPath, ["scripts/start.mjs", ...args], { cwd: ROOT, env, timeout: START_TIMEOUT_MS });
  let [stdout, stderr] = ["", ""];
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdout.on("data", (chunk: Buffer) => {
    const first = !stdout.includes("\n");
    stdout += chunk.toString();
    if (first && stdout.includes("\n")) child.kill("SIGINT");
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, stdout, stderr };
}

describe("npm start", () => {
  it("shares the demo clip if no file is given, with any options, and passes on the exit code", async () => {
    const { code, stdout } = await start(["--json", "--port", "0"]);
    expect(jsonLines(stdout)[0]).toMatchObject({ event: "ready", name: "demo.mp4" });
    expect(code).toBe(130);
  });

  it("resolves the path from the user's current folder", async () => {
    const { code, stdout } = await start(["--port", "0", "films/mine.mp4", "--json"]);
    expect(jsonLines(stdout)[0]).toMatchObject({ event: "ready", name: "mine.mp4", size: 4 });
    expect(code).toBe(130);
  });

  it("reports an error like the program, with its exit code", async () => {
    const { code, stdout, stderr } = await start(["films/gone.mp4"]);
    expect(stderr).toMatch(/rangecast: There is no file films\/gone\.mp4\. Check the path\.\n$/);
    expect([code, stdout]).toEqual([3, ""]);
  });
});

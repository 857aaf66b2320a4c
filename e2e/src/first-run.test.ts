/** `rangecast share` on a terminal, in a home without settings: it asks once how others should reach the share. */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startTextProcess, type TextProcess } from "@rangecast/testkit/processes/text-process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLI, createHome, type Home } from "./cli-process.ts";

/** util-linux's program that runs another one on a pseudo terminal. */
const SCRIPT = "/usr/bin/script";
/** Longest that a run may take before it counts as hung, milliseconds. */
const RUN_TIMEOUT_MS = 30_000;
const CTRL_C = "\x03";
const CTRL_D = "\x04";
const QUESTION = /How should others reach this share\?[\s\S]*Enter for \d:/;

let home: Home;
beforeAll(async () => {
  home = await createHome();
  await writeFile(join(home.folder, "film.mp4"), "film");
});
afterAll(() => home.remove());

/** Its exit code is that of rangecast. */
function shareOnTerminal(): TextProcess {
  const command = `'${process.execPath}' '${CLI}' share film.mp4 --port 0 --no-qr`;
  return startTextProcess(SCRIPT, ["--quiet", "--return", "--flush", "--command", command, "/dev/null"], {
    cwd: home.folder,
    env: { ...home.env, TERM: "xterm", SHELL: "/bin/sh" },
    limitMs: RUN_TIMEOUT_MS,
    keepStdinOpen: true,
  });
}

describe.skipIf(process.platform !== "linux" || !existsSync(SCRIPT))("the first share on a terminal", () => {
  it.each([
    ["Ctrl-C", CTRL_C, 130, /Enter for \d:/],
    ["the end of the input", CTRL_D, 2, /rangecast: The question has no answer\. Choose with --relay/],
  ])("ends at the question with %s", async (_what, key, code, text) => {
    const running = shareOnTerminal();
    await running.until(QUESTION);
    running.child.stdin.write(key);
    expect(await running.ended).toMatchObject({ code, stdout: expect.stringMatching(text) });
    expect(running.stdout()).not.toMatch(/\bat .*:\d+|Error:/);
  });

  it("asks how others should reach it, and not again once the answer is saved", async () => {
    const first = shareOnTerminal();
    await first.until(QUESTION);
    first.child.stdin.write("\n");
    await first.until(/next time, without asking\?.*:/);
    first.child.stdin.write("\n");
    await first.until(/works on this computer only/);
    first.child.stdin.write(CTRL_C);
    expect((await first.ended).code).toBe(130);
    expect(JSON.parse(await readFile(join(home.folder, "config", "rangecast", "config.json"), "utf8"))).toEqual({ reach: "this-computer" });
    const second = shareOnTerminal();
    await second.until(/as saved in .*config unset reach/);
    second.child.stdin.write(CTRL_C);
    expect(await second.ended).toMatchObject({ code: 130, stdout: expect.not.stringMatching(QUESTION) });
  });
});

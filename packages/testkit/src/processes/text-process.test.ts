import { expect, test } from "vitest";
import { startTextProcess } from "./text-process.ts";

const LIMIT_MS = 20_000;

test("a program reads its input, and its output can be waited for", async () => {
  const script = "process.stdin.on('data', (text) => console.log(`got ${text}`)); console.error('note')";
  const running = startTextProcess(process.execPath, ["-e", script], { limitMs: LIMIT_MS, input: "42" });
  expect((await running.until(/got (\d+)/u))[1]).toBe("42");
  expect(await running.ended).toEqual({ code: 0, stdout: "got 42\n", stderr: "note\n" });
});

test("waiting fails when the program ends without the text", async () => {
  const running = startTextProcess(process.execPath, ["-e", "console.log('one'); process.exitCode = 4"], { limitMs: LIMIT_MS });
  await expect(running.until(/two/u)).rejects.toThrow(/ended with 4; it printed "one\\n" without \/two\//u);
});

test("a program that takes too long is killed", async () => {
  const running = startTextProcess(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { limitMs: 300 });
  expect((await running.ended).code).toBeNull();
});

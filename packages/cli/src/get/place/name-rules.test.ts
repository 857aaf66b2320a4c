import { readdir } from "node:fs/promises";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { expect, it } from "vitest";
import { probeRules, usualRules } from "./name-rules.ts";

it.runIf(process.platform === "linux")("a folder of Linux holds every name, and nothing is left of the trial", async () => {
  const folder = await temporaryFolder();
  expect(await probeRules(folder)).toEqual({ bytes: true, windows: false, folded: false });
  expect(await readdir(folder)).toEqual([]);
});

it("on Windows neither bytes nor colons are tried", async () => {
  expect(await probeRules(await temporaryFolder(), "win32")).toMatchObject({ bytes: false, windows: true });
  expect([usualRules("win32"), usualRules("linux").windows]).toEqual([{ bytes: false, windows: true, folded: true }, false]);
});

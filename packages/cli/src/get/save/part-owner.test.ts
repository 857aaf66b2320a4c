import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { formatOwner, isAlive, OWNER_PATTERN, parseOwner, thisProcess } from "./part-owner.ts";

const NOW_MS = Date.now();
const LONG_AGO_MS = NOW_MS - 3_600_000;
const isLinux = process.platform === "linux";

describe("a part's owner", () => {
  it("is written as a part of a file's name, and read again", () => {
    const owner = thisProcess();
    expect(formatOwner(owner)).toMatch(new RegExp(`^${OWNER_PATTERN}$`));
    expect(parseOwner(formatOwner(owner))).toEqual(owner);
  });

  it.skipIf(!isLinux)("lives while its process does, however long it touched nothing: it may be stopped by Ctrl-Z", () => {
    expect(isAlive(thisProcess(), LONG_AGO_MS)).toBe(true);
  });

  it("is gone at once after its process was killed", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    await once(child, "spawn");
    const owner = { ...thisProcess(), pid: child.pid ?? 0, start: "0" };
    expect(isAlive(owner, NOW_MS)).toBe(true);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(isAlive(owner, NOW_MS)).toBe(false);
  });

  it.skipIf(!isLinux)("is no other process that has its number by now", () => {
    expect(isAlive({ ...thisProcess(), start: "1" }, NOW_MS)).toBe(false);
  });

  it("on another machine lives while it touches its part", () => {
    const elsewhere = { ...thisProcess(), machine: "00000000" };
    expect([isAlive(elsewhere, NOW_MS), isAlive(elsewhere, LONG_AGO_MS)]).toEqual([true, false]);
  });
});

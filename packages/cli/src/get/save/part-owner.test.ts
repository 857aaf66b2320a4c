import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { formatOwner, isAlive, OWNER_PATTERN, parseOwner, thisProcess } from "./part-owner.ts";

const NOW_MS = Date.now();
const LONG_AGO_MS = NOW_MS - 3_600_000;
const isLinux = process.platform === "linux";

describe("a part's owner", () => {
  it("is formatted as part of a file name, and parsed again", () => {
    const owner = thisProcess();
    expect(formatOwner(owner)).toMatch(new RegExp(`^${OWNER_PATTERN}$`));
    expect(parseOwner(formatOwner(owner))).toEqual(owner);
  });

  it.skipIf(!isLinux)("is alive as long as its process, even if that has not touched the part for long (Ctrl-Z)", () => {
    expect(isAlive(thisProcess(), LONG_AGO_MS)).toBe(true);
  });

  it("is not alive after its process was killed", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    await once(child, "spawn");
    const owner = { ...thisProcess(), pid: child.pid ?? 0, start: "0" };
    expect(isAlive(owner, NOW_MS)).toBe(true);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(isAlive(owner, NOW_MS)).toBe(false);
  });

  it.skipIf(!isLinux)("is not alive if another process has its id now", () => {
    expect(isAlive({ ...thisProcess(), start: "1" }, NOW_MS)).toBe(false);
  });

  it("on another machine is alive while it touches its part", () => {
    const elsewhere = { ...thisProcess(), machine: "00000000" };
    expect([isAlive(elsewhere, NOW_MS), isAlive(elsewhere, LONG_AGO_MS)]).toEqual([true, false]);
  });
});

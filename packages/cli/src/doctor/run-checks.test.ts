import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Check, fail, pass, skip, warn } from "./check.ts";
import { type CheckReport, runChecks, type Totals } from "./run-checks.ts";

const check = (name: string, look: Check["run"]): Check => ({ name, deadline: { ms: 1000, advice: "look there" }, run: look });

function run(checks: readonly Check[], signal = new AbortController().signal): { reports: CheckReport[]; totals: Promise<Totals> } {
  const reports: CheckReport[] = [];
  return { reports, totals: runChecks(checks, { findings: {}, signal, onResult: (report) => reports.push(report) }) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("runChecks", () => {
  it("runs one after the other, reports and counts them, and passes on what was found", async () => {
    const { reports, totals } = run([
      check("a", async () => pass("fine", { relay: "https://relay.example" })),
      check("b", async ({ relay }) => fail(`no ${relay}`, "mend it")),
      check("c", async () => warn("hm", "see to it")),
      check("d", async () => skip("nothing to look at")),
    ]);
    expect(await totals).toEqual({ pass: 1, warn: 1, fail: 1, skip: 1 });
    expect(reports).toEqual([
      { name: "a", status: "pass", found: "fine" },
      { name: "b", status: "fail", found: "no https://relay.example", advice: "mend it" },
      { name: "c", status: "warn", found: "hm", advice: "see to it" },
      { name: "d", status: "skip", found: "nothing to look at" },
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends a check that hangs at its deadline, with advice, and continues", async () => {
    let ended = false;
    const hangs = check("hangs", (_findings, signal) => {
      signal.addEventListener("abort", () => (ended = true));
      return new Promise(() => undefined);
    });
    const { reports, totals } = run([hangs, check("next", async () => pass("fine"))]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await totals).toMatchObject({ pass: 1, fail: 1 });
    expect(reports[0]).toEqual({ name: "hangs", status: "fail", found: "no result within 1 s", advice: "look there" });
    expect(ended).toBe(true);
  });

  it("stops at once, reports nothing more, and ends the running check", async () => {
    const stop = new AbortController();
    const after = vi.fn<Check["run"]>(async () => pass("fine"));
    const hangs = check(
      "hangs",
      (_findings, signal) => new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("ended")))),
    );
    const { reports, totals } = run([hangs, check("after", after)], stop.signal);
    stop.abort();
    expect(await totals).toEqual({ pass: 0, warn: 0, fail: 0, skip: 0 });
    expect(reports).toEqual([]);
    expect(after).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("rejects on unexpected errors", async () => {
    const { totals } = run([check("a", () => Promise.reject(new TypeError("ours")))]);
    await expect(totals).rejects.toThrow("ours");
  });
});

import { describe, expect, it } from "vitest";
import type { Reading } from "./readings.ts";
import { isKept, type SoakReport, toJson, toTable } from "./report.ts";
import { ALLOWED, compareReadings } from "./verdict.ts";

const BEFORE: Reading = {
  nativeBytes: 100_000_000,
  heapBytes: 10_000_000,
  externalBytes: 1_000_000,
  threads: 12,
  descriptors: 30,
  udpSockets: 1,
  tcpSockets: 2,
  timers: 3,
  handles: 4,
};
const names = Object.keys(BEFORE) as (keyof Reading)[];
const report = (after: Reading, failures: string[] = []): SoakReport => ({
  minutes: 5,
  viewers: { watch: 20, vanish: 10 },
  failures,
  settledAfter: 61,
  findings: compareReadings("host", BEFORE, after),
});

describe("a program's resources after the soak", () => {
  it("are as before if nothing more, or no more than allowed, remains", () => {
    expect(isKept(report(BEFORE))).toBe(true);
    const most = Object.fromEntries(names.map((name) => [name, BEFORE[name] + ALLOWED[name]])) as unknown as Reading;
    expect(isKept(report(most))).toBe(true);
  });

  it.each(names)("are not as before if %s is one over the allowed amount", (name) => {
    const after = { ...BEFORE, [name]: BEFORE[name] + ALLOWED[name] + 1 };
    expect(isKept(report(after))).toBe(false);
    expect(toTable(report(after))).toContain("MORE THAN ALLOWED");
  });

  it("don't count if a viewer failed", () => {
    expect(isKept(report(BEFORE, ["seek: it ended with 1"]))).toBe(false);
  });
});

it("prints a table and a verdict, or one line of JSON", () => {
  const lines = toTable(report({ ...BEFORE, threads: 14 })).split("\n");
  expect(lines).toContain("host      memory outside the heap, MB    100.0   100.0           21.0");
  expect(lines).toContain("host      threads                           12      14              0   MORE THAN ALLOWED");
  expect(lines.at(-1)).toBe(
    "30 viewers in 5 minutes (20 watch, 10 vanish); looked at 61 s after the last: NOT everything came back to where it was",
  );
  expect(JSON.parse(toJson(report(BEFORE)))).toMatchObject({ kept: true, minutes: 5, viewers: { watch: 20, vanish: 10 } });
});

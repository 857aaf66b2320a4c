import { expect, it } from "vitest";
import { toJson } from "./report.ts";
import { EXAMPLE } from "./testing.ts";

it("is one line: the bench, ours, the peers, how many times better we are, and the link's limit", () => {
  const text = toJson(EXAMPLE);
  expect(text).not.toContain("\n");
  expect(JSON.parse(text)).toEqual({
    bench: "seek",
    ours: { p95Ms: 100, readAheadMBps: 1.125 },
    peers: { pion: { p95Ms: 4000, readAheadMBps: 0.5, drops: 7 }, "a<b": { p95Ms: null, readAheadMBps: 0 } },
    ratios: { pion: { p95Ms: 40, readAheadMBps: 2.25 }, "a<b": { p95Ms: null, readAheadMBps: null } },
    limit: { p95Ms: 50, readAheadMBps: 1.25 },
  });
});

it("names the limits if several were measured", () => {
  const limits = { http: { mbps: 100.00049 }, chromium: { mbps: 30 } };
  expect(JSON.parse(toJson({ ...EXAMPLE, limits }))).toMatchObject({ limit: { http: { mbps: 100 }, chromium: { mbps: 30 } } });
});

it("has rounded ranges, and the rows of several sizes within the figures", () => {
  const ranges = { ours: { p95Ms: [90.00049, 110] as const } };
  const steps = { ours: [{ count: 1, mbps: 2.00049 }], pion: [] };
  const parsed = JSON.parse(toJson({ ...EXAMPLE, ranges, steps })) as object;
  expect(parsed).toMatchObject({ ranges: { ours: { p95Ms: [90, 110] } }, ours: { p95Ms: 100, steps: [{ count: 1, mbps: 2 }] } });
  expect(parsed).toMatchObject({ peers: { pion: { steps: [] }, "a<b": { p95Ms: null } } });
});

it("has no ratio for a figure of ours that was not measured", () => {
  expect(JSON.parse(toJson({ ...EXAMPLE, ours: {} }))).toMatchObject({ ours: {}, ratios: { pion: { p95Ms: null, readAheadMBps: null } } });
});

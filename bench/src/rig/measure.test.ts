import { beforeEach, expect, it, vi } from "vitest";
import { Measurer } from "./measure.ts";
import type { Outcome } from "./on-link.ts";

beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => undefined));

const measurer = (quick: boolean, signal: AbortSignal = new AbortController().signal): Measurer => new Measurer(quick, signal);

function runs(...drops: (number | "fails")[]): () => Promise<Outcome<number>> {
  let run = 0;
  return () => {
    const next = drops[run++];
    if (next === undefined || next === "fails") return Promise.reject(new Error("it broke"));
    return Promise.resolve({ value: run, drops: next, packets: 1_000, stalledMs: 0 });
  };
}

it.each([
  ["a clean run counts, and is the last", [0, 9], { value: 1, drops: 0, counts: true }],
  ["runs with drops and failures are repeated", [5, "fails", 0], { value: 3, drops: 0, counts: true }],
  ["after three tries the one with the fewest drops is used", [5, 2, 3, 0], { value: 2, drops: 2, counts: false }],
] as const)("%s", async (_, drops, expected) => {
  expect(await measurer(false).measure("label", runs(...drops), String)).toMatchObject(expected);
});

it("repeats by the rule that it is given", async () => {
  expect(await measurer(false).measure("label", runs(50, 7, 0), String, "few")).toMatchObject({ value: 2, drops: 7, counts: true });
});

it("returns undefined if all tries failed", async () => {
  expect(await measurer(false).measure("label", runs("fails", "fails", "fails"), String)).toBeUndefined();
});

it("stops repeating when the time for repeats is over", async () => {
  let now = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => (now += 35_000));
  expect(await measurer(false).measure("label", runs(3, 2, 0), String)).toMatchObject({ drops: 2 });
  clock.mockRestore();
});

it("reports that the link stalled", async () => {
  const quick = measurer(true);
  await quick.measure("label", () => Promise.resolve({ value: 1, drops: 0, packets: 0, stalledMs: 20 }), String);
  expect(quick.notes).toEqual([]);
  await quick.measure("label", () => Promise.resolve({ value: 1, drops: 0, packets: 0, stalledMs: 250 }), String);
  expect(quick.notes).toEqual([expect.stringContaining("250 ms")]);
});

it("passes a failure on while the benchmark is being stopped", async () => {
  const run = runs("fails", 0);
  await expect(measurer(false, AbortSignal.abort()).measure("label", run, String)).rejects.toThrow("it broke");
});

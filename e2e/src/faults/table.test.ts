import { expect, it } from "vitest";
import { chooseFaults, FAULTS } from "./table.ts";

const namesOf = (choice: ReturnType<typeof chooseFaults>): string[] => ("unknown" in choice ? [] : choice.map(({ name }) => name));

it("has at least twenty faults, each with a name of its own", () => {
  expect(FAULTS.length).toBeGreaterThanOrEqual(20);
  expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
});

it("runs all, a few when there is little time, or those that are named", () => {
  expect(namesOf(chooseFaults({ only: [], quick: false }))).toHaveLength(FAULTS.length);
  const quick = namesOf(chooseFaults({ only: [], quick: true }));
  expect(quick.length).toBeGreaterThan(3);
  expect(quick.length).toBeLessThan(FAULTS.length / 2);
  expect(namesOf(chooseFaults({ only: ["host-killed", "relay-gone"], quick: true }))).toEqual(["relay-gone", "host-killed"]);
});

it("names what it doesn't know", () => {
  expect(chooseFaults({ only: ["host-killed", "host-kiled"], quick: false })).toEqual({ unknown: ["host-kiled"] });
});

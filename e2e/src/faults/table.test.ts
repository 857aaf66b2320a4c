import { expect, it } from "vitest";
import { chooseFaults, FAULTS } from "./table.ts";

const namesOf = (choice: ReturnType<typeof chooseFaults>): string[] => ("unknown" in choice ? [] : choice.map(({ name }) => name));

it("has at least twenty faults with unique names", () => {
  expect(FAULTS.length).toBeGreaterThanOrEqual(20);
  expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
});

it("runs all faults, only a short one with --quick, or those given by --only", () => {
  expect(namesOf(chooseFaults({ only: [], quick: false }))).toHaveLength(FAULTS.length);
  const quick = namesOf(chooseFaults({ only: [], quick: true }));
  expect(quick).toHaveLength(1);
  expect(namesOf(chooseFaults({ only: ["host-killed", "relay-gone"], quick: true }))).toEqual(["relay-gone", "host-killed"]);
});

it("returns unknown names", () => {
  expect(chooseFaults({ only: ["host-killed", "host-kiled"], quick: false })).toEqual({ unknown: ["host-kiled"] });
});

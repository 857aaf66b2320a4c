import { expect, it } from "vitest";
import { readArguments } from "./arguments.ts";

const NONE = { only: [], quick: false, list: false, json: false };

it.each<[string[], object]>([
  [[], NONE],
  [["--only", "a,b", "--only=c", "--json"], { ...NONE, only: ["a", "b", "c"], json: true }],
  [["--quick", "--list"], { ...NONE, quick: true, list: true }],
])("reads %j", (args, wanted) => {
  expect(readArguments(args)).toEqual(wanted);
});

it.each([[["--fast"]], [["relay-gone"]], [["--only"]]])("refuses %j with the usage", (args) => {
  expect(readArguments(args)).toContain("usage: npm run faults");
});

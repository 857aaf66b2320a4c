import { expect, it } from "vitest";
import { readArguments } from "./arguments.ts";

const NAMES = ["seek", "wan"] as const;

it.each([
  [["wan"], { name: "wan", json: false, quick: false }],
  [["--json", "seek", "--quick"], { name: "seek", json: true, quick: true }],
])("reads %j", (args, expected) => {
  expect(readArguments(args, NAMES)).toEqual(expected);
});

it.each([[[]], [["all"]], [["seek", "wan"]], [["seek", "--fast"]]])("returns the usage for %j", (args) => {
  expect(readArguments(args, NAMES)).toMatch(/usage: npm run bench -- NAME .*seek, wan/u);
});

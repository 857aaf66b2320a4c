import { expect, it } from "vitest";
import { readArguments } from "./arguments.ts";

const BENCHES = { seek: "seeks (1 minute)", wan: "losses (2 minutes)" };

it.each([
  [["wan"], { name: "wan", json: false, quick: false }],
  [["--json", "seek", "--quick"], { name: "seek", json: true, quick: true }],
])("reads %j", (args, expected) => {
  expect(readArguments(args, BENCHES)).toEqual(expected);
});

it.each([
  [[], false],
  [["all"], false],
  [["seek", "wan"], false],
  [["seek", "--fast"], false],
  [["--help"], true],
  [["seek", "-h"], true],
])("returns the usage with all benchmarks for %j, asked for: %s", (args, asked) => {
  const text = expect.stringMatching(
    /usage: npm run bench -- NAME[^]*seek {2}seeks \(1 minute\)\n {2}wan {3}losses \(2 minutes\)/u,
  ) as string;
  expect(readArguments(args, BENCHES)).toEqual({ text, asked });
});

import { expect, it } from "vitest";
import { readArguments } from "./arguments.ts";

it.each<[string[], object]>([
  [[], { minutes: 5, settleSeconds: 100, json: false }],
  [["--minutes", "0.5", "--settle=20", "--json"], { minutes: 0.5, settleSeconds: 20, json: true }],
])("reads %j", (args, wanted) => {
  expect(readArguments(args)).toEqual(wanted);
});

it.each([[["--minutes", "soon"]], [["--minutes=0"]], [["--minutes=Infinity"]], [["--settle=-1"]], [["5"]]])(
  "refuses %j with the usage",
  (args) => {
    expect(readArguments(args)).toContain("usage: npm run soak");
  },
);

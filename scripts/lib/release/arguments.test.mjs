import { expect, it } from "vitest";
import { parseArguments } from "./arguments.mjs";

it("reads the version and the flags in any order", () => {
  expect(parseArguments(["--dry-run", "0.2.0"])).toEqual({ version: "0.2.0", dryRun: true, publish: true, provenance: true });
  expect(parseArguments(["1.0.0-rc.1", "--no-provenance", "--no-publish"])).toEqual({
    version: "1.0.0-rc.1",
    dryRun: false,
    publish: false,
    provenance: false,
  });
});

it.each([
  ["nothing", []],
  ["a flag that is none", ["0.2.0", "--dryrun"]],
  ["two versions", ["0.2.0", "0.3.0"]],
  ["a range", ["^0.2.0"]],
  ["a tag", ["v0.2.0"]],
  ["a part of a version", ["0.2"]],
])("refuses %s", (_what, args) => {
  expect(() => parseArguments(args)).toThrow("Usage: npm run release");
});

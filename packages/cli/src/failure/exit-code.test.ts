import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { EXIT_CODE_MEANINGS, ExitCode } from "./exit-code.ts";
import { LEGEND } from "../usage/help-text.ts";

const README = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

describe("the exit codes", () => {
  it("are each used once and explained once", () => {
    const codes = Object.values(ExitCode);
    expect(new Set(codes).size).toBe(codes.length);
    expect(EXIT_CODE_MEANINGS.map(([code]) => code)).toEqual(codes);
  });

  it("are the same in the README and in --help", () => {
    const rows = [...README.matchAll(/^\| (\d+) \| (.+) \|$/gm)].map(([, code, meaning]) => [Number(code), meaning]);
    expect(rows).toEqual(EXIT_CODE_MEANINGS);
    for (const [code, meaning] of EXIT_CODE_MEANINGS)
      expect(LEGEND).toMatch(new RegExp(`^  ${code} +${meaning.replaceAll(/[()]/g, String.raw`\$&`)}$`, "m"));
  });
});

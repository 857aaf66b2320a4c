import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { EXIT_CODES } from "./exit-code.ts";
import { LEGEND } from "../usage/help-text.ts";

const README = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

describe("the exit codes", () => {
  it("are each used once and explained once", () => {
    const codes = Object.values(EXIT_CODES);
    expect(new Set(codes.map(([code]) => code)).size).toBe(codes.length);
    expect(new Set(codes.map(([, meaning]) => meaning)).size).toBe(codes.length);
  });

  it("are the same in the README and in --help", () => {
    const rows = [...README.matchAll(/^\| (\d+) \| (.+) \|$/gm)].map(([, code, meaning]) => [Number(code), meaning]);
    expect(rows).toEqual(Object.values(EXIT_CODES));
    for (const [code, meaning] of Object.values(EXIT_CODES))
      expect(LEGEND).toMatch(new RegExp(`^  ${code} +${meaning.replaceAll(/[()]/g, String.raw`\$&`)}$`, "m"));
  });
});

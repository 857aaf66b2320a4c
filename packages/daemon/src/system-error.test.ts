import { getSystemErrorMap } from "node:util";
import { describe, expect, it } from "vitest";
import { systemErrorWords } from "./system-error.ts";

const system = (code: string): Error => Object.assign(new Error(`${code}: the system's message, open '/x'`), { code });
const CODES = [...getSystemErrorMap().values()].map(([code]) => code);
/** Codes, names of system calls and error classes. */
const MACHINE_WORD = /\bE[A-Z0-9_]{2,}\b|\b(?:errno|syscall|mkdir|uv_|stat)\b|Error/;

describe("systemErrorWords", () => {
  it.each(CODES)("explains %s without naming the code", (code) => {
    expect(systemErrorWords(system(code))).toMatch(/^[a-z][a-z ,]+$/);
    expect(systemErrorWords(system(code))).not.toMatch(MACHINE_WORD);
  });

  it.each(["EACCES", "EROFS", "ENOENT", "ENOSPC", "EMFILE", "ENAMETOOLONG", "EIO"])("has an explanation of its own for %s", (code) => {
    expect(systemErrorWords(system(code))).not.toBe(systemErrorWords(system("EUNKNOWN")));
  });

  it("shows nothing of an error that is not a system error", () => {
    for (const error of [new TypeError("x is undefined"), "text", undefined])
      expect(systemErrorWords(error)).toBe(systemErrorWords(system("EUNKNOWN")));
  });
});

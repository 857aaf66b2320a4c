import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { localNames } from "./local-names.ts";
import type { NameRules } from "./name-rules.ts";

const LINUX: NameRules = { bytes: true, windows: false, folded: false };
const MAC: NameRules = { bytes: false, windows: false, folded: true };
const WINDOWS: NameRules = { bytes: false, windows: true, folded: true };

const named = (names: readonly string[], rules: NameRules): string[] =>
  localNames(
    names.map((name) => Buffer.from(name)),
    rules,
  ).map(String);

describe("the names of a folder's entries", () => {
  it.each<[string, NameRules, string[], string[]]>([
    [
      "stay as they are where they can",
      LINUX,
      ["a", "A", "-rf", ".x", "a\nb", "CON", "x. "],
      ["a", "A", "-rf", ".x", "a\nb", "CON", "x. "],
    ],
    ["are told apart if only their case differs", MAC, ["A.txt", "a.txt", "a (2).txt"], ["A.txt", "a (3).txt", "a (2).txt"]],
    ["are told apart if only their composition differs", MAC, ["e\u0301", "\u00e9"], ["e\u0301", "\u00e9 (2)"]],
    [
      "are made harmless for Windows",
      WINDOWS,
      ["a:b?", "aux.txt", "x. ", "back\\slash", "..."],
      ["a_b_", "_aux.txt", "x", "back_slash", "_"],
    ],
    ["are told apart if they fall together", WINDOWS, ["a:b.mp4", "a?b.mp4", "a_b.mp4"], ["a_b (2).mp4", "a_b (3).mp4", "a_b.mp4"]],
    ["are cut where they are too long", LINUX, [`${"é".repeat(200)}.mp4`], [`${"é".repeat(125)}.mp4`]],
  ])("%s", (_what, rules, names, expected) => {
    expect(named(names, rules)).toEqual(expected);
  });

  it("keep bytes that are no UTF-8 where the file system can hold them, and are replaced elsewhere", () => {
    const name = Buffer.from("caf\xe9", "latin1");
    expect(localNames([name], LINUX)).toEqual([name]);
    expect(localNames([name], MAC)).toEqual([Buffer.from("caf_")]);
  });

  it("are none of those that are taken", () => {
    expect(localNames([Buffer.from(".PARTS")], MAC, [".parts"]).map(String)).toEqual([".PARTS (2)"]);
  });

  it("are all different, never a path, and the same again, whatever the names", () => {
    const entry = fc
      .uint8Array({ minLength: 1, maxLength: 300 })
      .filter((name) => !name.includes(0) && !name.includes(0x2f) && !/^\.{1,2}$/u.test(Buffer.from(name).toString()));
    const text = fc
      .string({ minLength: 1, maxLength: 6, unit: fc.constantFrom("a", "A", ":", ".", " ", "é", "e\u0301") })
      .map((one) => Buffer.from(one));
    const list = fc.uniqueArray(
      fc.oneof(
        entry,
        text.filter((one) => !/^\.{1,2}$/u.test(one.toString())),
      ),
      {
        maxLength: 20,
        selector: (name) => Buffer.from(name).toString("latin1"),
      },
    );
    fc.assert(
      fc.property(list, fc.constantFrom(LINUX, MAC, WINDOWS), (names, rules) => {
        const locals = localNames(names, rules);
        const keys = locals.map((name) => (rules.folded ? name.toString().normalize("NFC").toLowerCase() : name.toString("latin1")));
        expect(new Set(keys).size).toBe(names.length);
        for (const name of locals) {
          expect(name.toString("latin1")).not.toMatch(rules.windows ? /^\.{0,2}$|[/\\\0:]|[. ]$/u : /^\.{0,2}$|[/\0]/u);
          expect(name.byteLength).toBeLessThanOrEqual(255);
        }
        expect(localNames(names, rules)).toEqual(locals);
      }),
    );
  });
});

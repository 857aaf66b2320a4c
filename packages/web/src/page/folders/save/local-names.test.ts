import fc from "fast-check";
import { expect, test } from "vitest";
import { foldedKey } from "./local-folder.ts";
import { localNames } from "./local-names.ts";

test.each([
  ["Für Elise (1).mp3", "Für Elise (1).mp3"],
  [".gitignore", ".gitignore"],
  ["a:b?.txt", "a_b_.txt"],
  ["NUL", "_NUL"],
  ["con.txt", "_con.txt"],
  ["console.txt", "console.txt"],
  ["dots...", "dots"],
  ["\u202egpj.exe", "gpj.exe"],
  ["  ", "unnamed file"],
])("%j is saved as %j", (name, expected) => {
  expect(localNames([name])).toEqual([expected]);
});

test("names that a file system may take for the same are told apart", () => {
  expect(localNames(["a.txt", "A.txt", "a:.txt", "a?.txt", "README", "readme"])).toEqual([
    "a.txt",
    "A (2).txt",
    "a_.txt",
    "a_ (2).txt",
    "README",
    "readme (2)",
  ]);
});

test("whatever the names are, each is short, leads nowhere and is the only one of its kind", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary", maxLength: 300 }), { maxLength: 8 }), (names) => {
      const local = localNames(names);
      expect(new Set(local.map(foldedKey)).size).toBe(names.length);
      for (const name of local) {
        expect(new TextEncoder().encode(name).byteLength).toBeLessThan(220);
        expect(name).not.toMatch(/^\.{0,2}$|[/\\:]|[.\s]$/u);
      }
    }),
    { numRuns: 30 },
  );
});

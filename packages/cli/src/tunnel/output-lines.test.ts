import { expect, it } from "vitest";
import { OutputLines } from "./output-lines.ts";

function read(...texts: readonly string[]): { lines: string[]; last: readonly string[] } {
  const lines: string[] = [];
  const output = new OutputLines((line) => lines.push(line));
  for (const text of texts) output.add(text);
  output.end();
  return { lines, last: output.last };
}

it("joins chunks into lines, without blank ones, and ends the last one", () => {
  expect(read("one\ntw", "o\r\n\n  \nthr", "ee").lines).toEqual(["one", "two", "three"]);
});

it("removes colours", () => {
  expect(read("\u001B[90m12:00\u001B[0m \u001B[32mINF\u001B[0m ready\n").lines).toEqual(["12:00 INF ready"]);
});

it("keeps the last five lines", () => {
  expect(read(...Array.from({ length: 9 }, (_, index) => `${index}\n`)).last).toEqual(["4", "5", "6", "7", "8"]);
});

it("cuts a line without an end, and goes on with the next one", () => {
  const { lines } = read("a".repeat(3000), "b".repeat(3000), "c\nnext\n");
  expect(lines).toEqual([`${"a".repeat(3000)}${"b".repeat(1096)}`, "next"]);
});

it("stops to search after the beginning, and still keeps the last lines", () => {
  const { lines, last } = read(...Array.from({ length: 100 }, () => `${"x".repeat(4000)}\n`), "the end\n");
  expect(lines).toHaveLength(65);
  expect(last.at(-1)).toBe("the end");
});

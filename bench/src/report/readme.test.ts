import { expect, it } from "vitest";
import { toMarkdown, withTable } from "./readme.ts";
import { EXAMPLE } from "./testing.ts";

const MARKED = "# Us\n\n<!-- benchmarks: written by `npm run bench` -->\nold\n<!-- benchmarks end -->\n\nMore.\n";

it("has a row for each figure, a column for each contestant, and a star if no run was clean", () => {
  const lan = { ...EXAMPLE, bench: "lan", peers: {}, limits: { http: { p95Ms: 1 }, chromium: { p95Ms: 2 } } };
  expect(toMarkdown([EXAMPLE, lan]).split("\n")).toEqual([
    "| bench | figure | rangecast | pion | a<b | limit | aim |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    "| [seek](docs/bench/seek.svg) | first byte, p95, ms | **100** | 4000 \\* | – | 50 | ≤ 200 |",
    "|  | reading ahead, MB/s | **1.13** | 0.50 \\* | 0.00 | 1.25 |  |",
    "| [lan](docs/bench/lan.svg) | first byte, p95, ms | **100** | – | – | 1 http, 2 chromium | ≤ 200 |",
    "|  | reading ahead, MB/s | **1.13** | – | – | – |  |",
  ]);
});

it("has the range of a figure that is the median of several runs", () => {
  const ranges = { ours: { p95Ms: [90, 130] }, pion: { p95Ms: [7, 7] } } as const;
  const [, , row] = toMarkdown([{ ...EXAMPLE, ranges }]).split("\n");
  expect(row).toContain("| **100 (90–130)** | 4000 \\* |");
});

it("replaces the text between the marks, repeatedly, and nothing else", () => {
  const once = withTable(MARKED, "| one |");
  expect(once).toBe("# Us\n\n<!-- benchmarks: written by `npm run bench` -->\n\n| one |\n\n<!-- benchmarks end -->\n\nMore.\n");
  expect(withTable(withTable(once, "| two |"), "| one |")).toBe(once);
});

it("can't be inserted into a text without the marks", () => {
  expect(() => withTable("# Us\n", "| one |")).toThrow(/no place/u);
});

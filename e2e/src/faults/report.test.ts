import { expect, it } from "vitest";
import { toJson, toLine, toTable } from "./report.ts";
import type { Row } from "./row.ts";

const ROWS: readonly Row[] = [
  { name: "host-killed", what: "host killed", survived: true, secondsToRecover: 1.25, bytesWrong: 0 },
  { name: "file-removed", what: "file removed", survived: true, secondsToRecover: null, bytesWrong: 0, word: "told" },
  { name: "relay-gone", what: "relay gone", survived: false, secondsToRecover: null, bytesWrong: 1234, word: "the film stopped" },
  { name: "udp-lost", what: "UDP lost", survived: false, secondsToRecover: null, bytesWrong: 0, skipped: "needs root" },
];

it("prints a row for each fault and a total, in which skipped faults don't count as survived", () => {
  expect(toTable(ROWS)).toBe(
    [
      "fault          survived   recovered after, s   bytes wrong",
      "host-killed    yes                       1.3             0",
      "file-removed   yes                         –             0   told",
      "relay-gone     NO                          –          1234   the film stopped",
      "udp-lost       skipped                     –             –   needs root",
      "",
      "2 of 4 survived, 1 skipped; 1234 bytes wrong",
    ].join("\n"),
  );
});

it("prints the same as one line of JSON", () => {
  expect(JSON.parse(toJson(ROWS))).toEqual({ faults: 4, survived: 2, bytesWrong: 1234, rows: ROWS });
  expect(toJson(ROWS)).not.toContain("\n");
});

it.each([
  [0, "host-killed: survived: yes, 1.3 s, 0 bytes wrong"],
  [2, "relay-gone: survived: NO, – s, 1234 bytes wrong; the film stopped"],
  [3, "udp-lost: skipped; needs root"],
])("prints row %i as soon as it is known", (index, line) => {
  expect(ROWS.slice(index, index + 1).map(toLine)).toEqual([line]);
});

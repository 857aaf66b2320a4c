import { expect, it } from "vitest";
import { toTable } from "./table.ts";
import { EXAMPLE } from "./testing.ts";

it("has units in its header, a dash for missing figures, and marks rows without a clean run", () => {
  expect(toTable(EXAMPLE).split("\n")).toEqual([
    "seek        first byte, p95, ms   reading ahead, MB/s",
    "rangecast                   100                  1.13",
    "pion                       4000                  0.50   no clean run: 7 datagrams dropped by sockets",
    "a<b                           –                  0.00",
    "limit                        50                  1.25",
    "",
    "A note.",
  ]);
});

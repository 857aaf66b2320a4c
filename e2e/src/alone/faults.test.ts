import { describe, expect, test } from "vitest";
import { runTable } from "../faults/run-table.ts";
import { chooseFaults } from "../faults/table.ts";

const faults = chooseFaults({ only: [], quick: true });

describe("a film that plays and a get that runs", () => {
  test("recover from faults, or clearly report the loss, and no byte is wrong", { timeout: 300_000 }, async () => {
    if ("unknown" in faults) throw new Error("the quick faults are in the table");
    const rows = await runTable({ faults, signal: new AbortController().signal, onRow: () => undefined });
    expect(rows.filter(({ survived }) => !survived)).toEqual([]);
    expect(rows.map(({ bytesWrong }) => bytesWrong)).toEqual(faults.map(() => 0));
  });
});

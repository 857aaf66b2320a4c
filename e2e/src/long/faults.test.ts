import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runRow } from "../faults/run-row.ts";
import { FAULT_FILM } from "../faults/run-table.ts";
import { FAULTS } from "../faults/table.ts";
import { makeFilm } from "../lib/media.ts";

/** Longest that one fault may take with its recovery, milliseconds: it ends a hanging test. */
const FAULT_LIMIT_MS = 300_000;

let folder = "";
let original = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rangecast-faults-"));
  original = await makeFilm("mp4-moov-front", folder, FAULT_FILM);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("a film that plays and a get that runs survive, and no byte is wrong", () => {
  test.each(FAULTS)("$name: $what", { timeout: FAULT_LIMIT_MS }, async (fault) => {
    const row = await runRow(fault, { original, signal: AbortSignal.timeout(FAULT_LIMIT_MS) });
    console.log(JSON.stringify(row));
    // A fault that can't be caused here (networks need Linux and root) is no success, and no failure of the product.
    if (row.skipped !== undefined) return;
    expect(row).toMatchObject({ survived: true, bytesWrong: 0 });
  });
});

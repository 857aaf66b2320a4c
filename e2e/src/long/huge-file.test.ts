import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startJsonProcess } from "@rangecast/testkit/processes/json-process";
import { followMemory, growth } from "../lib/memory.ts";
import { startShare } from "../lib/share.ts";

const FETCH = fileURLToPath(new URL("../programs/fetch.mjs", import.meta.url));
const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
/** More than 2^34 bytes, and long enough to show a leak of 3 bytes per KiB. */
const FILE_BYTES = 16 * GIB + 77;
/** A process counts as warm after this many bytes: V8 has grown its young generation by then. */
const WARM_BYTES = 2 * GIB;
/**
 * Over how many bytes the lowest memory is taken, before and after. Single readings of a client moved by 27 MB up and down for minutes, as V8 collects garbage
 * when it likes, while what it held stayed at 10 to 20 MB. So the client collects before each reading, and half of the download is compared with the other.
 */
const WINDOW_BYTES = 7 * GIB;
/** How much daemon and client may each grow after that, bytes: memory must stay flat. */
const GROWTH_LIMIT_BYTES = 20 * MIB;
/** Longest that it may take, milliseconds: it ends a hanging test. */
const LIMIT_MS = 30 * 60_000;

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rangecast-huge-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test("16 GiB are downloaded completely, and neither side's memory grows", { timeout: LIMIT_MS }, async () => {
  const file = join(folder, "huge.bin");
  await writeFile(file, "the first bytes");
  await truncate(file, FILE_BYTES);
  const share = await startShare(file);
  try {
    const fetching = startJsonProcess(process.execPath, ["--expose-gc", FETCH, share.link]);
    const { client, daemon } = await followMemory(fetching, share.process.child.pid, { fileBytes: FILE_BYTES, limitMs: LIMIT_MS });
    const done = await fetching.waitFor((event) => event.event === "done", LIMIT_MS);
    expect(done).toMatchObject({ bytes: FILE_BYTES });
    expect(growth(client, WARM_BYTES, WINDOW_BYTES), "the client's growth").toBeLessThan(GROWTH_LIMIT_BYTES);
    expect(growth(daemon, WARM_BYTES, WINDOW_BYTES), "the daemon's growth").toBeLessThan(GROWTH_LIMIT_BYTES);
    expect(await fetching.exited).toBe(0);
  } finally {
    await share.stop();
  }
});

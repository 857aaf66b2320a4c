import { open, mkdtemp, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type JsonProcess, startJsonProcess } from "@rangecast/testkit/processes/json-process";
import { followMemory, growth } from "../lib/memory.ts";
import { startShare } from "../lib/share.ts";
import { sha256Of, writeNoise } from "../lib/test-files.ts";

const FETCH = fileURLToPath(new URL("../programs/fetch.mjs", import.meta.url));
const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
/** How much more the client may hold once it is warm, bytes (the project's goal). */
const GROWTH_LIMIT_BYTES = 20 * MIB;
/** They count as warm after this many bytes: by then buffers, code and heap have been used. */
const WARM_BYTES = 384 * MIB;
/** Over how many bytes the lowest memory is taken. */
const WINDOW_BYTES = 256 * MIB;
/** Longest that 1 GiB may take, milliseconds: it ends a hanging test, and is not a speed goal. */
const FETCH_TIMEOUT_MS = 300_000;

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rangecast-large-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const startFetch = (link: string, ...range: string[]): JsonProcess =>
  startJsonProcess(process.execPath, ["--expose-gc", FETCH, link, ...range]);

test(
  "1 GiB arrives at a Node client with the same SHA-256, and the client holds no more than before",
  async () => {
    const file = join(folder, "gib.bin");
    const sha256 = await writeNoise(file, GIB);
    const share = await startShare(file);
    try {
      const fetching = startFetch(share.link);
      const { held } = await followMemory(fetching, share.process.child.pid, { fileBytes: GIB, limitMs: FETCH_TIMEOUT_MS });
      const done = await fetching.waitFor((event) => event.event === "done", FETCH_TIMEOUT_MS);
      expect(done).toMatchObject({ bytes: GIB, sha256 });
      // In the first gigabytes V8 enlarges the heaps of both processes, and collects garbage late: their whole memory is measured in huge-file.test.ts.
      expect(growth(held, WARM_BYTES, WINDOW_BYTES), "what the client holds").toBeLessThan(GROWTH_LIMIT_BYTES);
      expect(await fetching.exited).toBe(0);
    } finally {
      await share.stop();
    }
  },
  FETCH_TIMEOUT_MS * 2,
);

test("ranges near the end of a sparse file of 20 GiB have the right bytes", async () => {
  const file = join(folder, "sparse.bin");
  const size = 20 * GIB + 4321;
  const handle = await open(file, "w");
  await handle.write(Buffer.from("the last bytes of a large file"), 0, 30, size - 30);
  await handle.write(Buffer.from("past 2^32"), 0, 9, 2 ** 32 + 5);
  await handle.close();
  await truncate(file, size);
  const share = await startShare(file);
  try {
    for (const { start, end } of [
      { start: size - 5_000_000, end: size },
      { start: size - 1, end: size },
      { start: 2 ** 32 - 1000, end: 2 ** 32 + 1000 },
    ]) {
      const fetching = startFetch(share.link, String(start), String(end));
      const done = await fetching.waitFor((event) => event.event === "done");
      expect(done).toMatchObject({ bytes: end - start, sha256: await sha256Of(file, { start, end }) });
      expect(await fetching.exited).toBe(0);
    }
  } finally {
    await share.stop();
  }
});

/** A folder of 20,000 small files and one of more than 4 GiB as zip, whose host is killed in the middle: other programs accept it, and no byte depends on that. */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createHome, type Home, jsonLines, type Running, startCli } from "../cli-process.ts";
import { connectTo, latin1 } from "../lib/folder-client.ts";
import { freePort } from "../lib/free-port.ts";
import { sha256Of } from "../lib/test-files.ts";
import { testWithUnzip, zipfileReport } from "../lib/zip-programs.ts";

const FOLDERS = 100;
const FILES_EACH = 200;
const SPARSE_BYTES = 4 * 1024 ** 3 + 4321;
/** Bytes after which the host is killed: within the large file. */
const KILL_AT_BYTES = 2 * 1024 ** 3;
/** Bytes at the end that are compared: past 4 GiB, with the whole directory. */
const END_BYTES = 8 * 1024 ** 2;
const LIMIT_MS = 30 * 60_000;

let home: Home;
let folder = "";
let contentBytes = SPARSE_BYTES;

beforeAll(async () => {
  home = await createHome();
  folder = await mkdtemp(join(tmpdir(), "rangecast-zip-"));
  for (let part = 0; part < FOLDERS; part += 1) {
    await mkdir(join(folder, `part ${part}`));
    for (let index = 0; index < FILES_EACH; index += 1) {
      const content = `file ${index} of part ${part}\n`.repeat(index % 50);
      contentBytes += content.length;
      await writeFile(join(folder, `part ${part}`, `${index}.txt`), content);
    }
  }
  // Its name puts it into the middle.
  const sparse = await open(join(folder, "part 5.bin"), "w");
  await sparse.write(Buffer.from("past 2^32"), 0, 9, 2 ** 32 + 5);
  await sparse.truncate(SPARSE_BYTES);
  await sparse.close();
}, LIMIT_MS);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await home.remove();
}, LIMIT_MS);

test(
  "an archive over 4 GiB is the same after its host was killed in the middle; unzip and zipfile accept it",
  { timeout: LIMIT_MS },
  async () => {
    const args = ["share", folder, "--port", String(await freePort()), "--no-relay", "--json"];
    const startShare = async (): Promise<Running> => {
      const started = startCli(home, args, { timeoutMs: LIMIT_MS });
      onTestFinished(() => void started.child.kill("SIGKILL"));
      await started.until(/"ready".*\n/);
      return started;
    };
    let running = await startShare();
    const share = await connectTo(String(jsonLines(running.stdout())[0]?.["link"]));
    const openedMs = performance.now();
    const zip = await share.open(latin1("//zip"));
    const openMs = performance.now() - openedMs;
    const path = join(home.folder, "folder.zip");
    const file = await open(path, "w");
    let bytes = 0;
    const startedMs = performance.now();
    for await (const part of zip.stream()) {
      if (bytes < KILL_AT_BYTES && bytes + part.byteLength >= KILL_AT_BYTES) {
        running.child.kill("SIGKILL");
        await running.ended;
        running = await startShare();
      }
      await file.write(part);
      bytes += part.byteLength;
    }
    await file.close();
    console.log({ openMs: Math.round(openMs), readMs: Math.round(performance.now() - startedMs), bytes });
    expect(bytes).toBe(zip.size);
    expect(share.stats().sessions).toBe(2);
    await testWithUnzip(path);
    expect(await zipfileReport(path)).toBe(`None ${FOLDERS * (FILES_EACH + 1) + 1} ${contentBytes}`);
    // The end again, with all CRCs known from the start.
    const end = await zip.read({ start: bytes - END_BYTES, end: bytes });
    expect(createHash("sha256").update(end).digest("hex")).toBe(await sha256Of(path, { start: bytes - END_BYTES, end: bytes }));
  },
);

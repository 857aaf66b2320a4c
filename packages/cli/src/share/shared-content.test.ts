import { rename, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sharedTemporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { describe, expect, it } from "vitest";
import type { LocalFile } from "../local-server/local-content.ts";
import { sharedContent } from "./shared-content.ts";

const folder = await sharedTemporaryFolder();
const BYTES = 1_000_000;
const signal = new AbortController().signal;

let made = 0;
async function newFile(): Promise<string> {
  const path = join(folder, `film-${++made}.mp4`);
  await writeFile(path, Buffer.alloc(BYTES, "a"));
  return path;
}

async function openShared(path: string): Promise<LocalFile> {
  const entry = await sharedContent({ path, name: "film.mp4" }).find([Buffer.from("film.mp4")], signal);
  if (entry.kind !== "file") throw new Error("not a file");
  return entry.file;
}

async function readAll(file: LocalFile, start = 0, end = file.size): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of file.read({ start, end }, signal)) chunks.push(chunk);
  } finally {
    await file.close();
  }
  return Buffer.concat(chunks);
}

describe("the shared file", () => {
  it("is read by ranges", async () => {
    const path = await newFile();
    await writeFile(path, Buffer.concat([Buffer.alloc(BYTES / 2, "a"), Buffer.alloc(BYTES / 2, "b")]));
    const file = await openShared(path);
    expect(file.size).toBe(BYTES);
    expect((await readAll(file, BYTES / 2 - 1, BYTES / 2 + 1)).toString()).toBe("ab");
    expect(await readAll(await openShared(path))).toHaveLength(BYTES);
  });

  it.each<[string, (path: string) => Promise<void>]>([
    ["is rewritten", (path) => writeFile(path, Buffer.alloc(BYTES, "b"))],
    ["becomes shorter", (path) => truncate(path, 10)],
  ])("ends a response with an error if it %s", async (_what, change) => {
    const path = await newFile();
    const file = await openShared(path);
    const chunks = file.read({ start: 0, end: BYTES }, signal)[Symbol.asyncIterator]();
    const { value } = (await chunks.next()) as { value: Uint8Array };
    expect(Buffer.from(value).equals(Buffer.alloc(value.byteLength, "a"))).toBe(true);
    await change(path);
    await expect(chunks.next()).rejects.toMatchObject({ name: "LocalError", reason: "changed" });
    await file.close();
  });

  it("has another version, with another tag, after it was replaced", async () => {
    const path = await newFile();
    const before = await openShared(path);
    const next = await newFile();
    await rename(next, path);
    const after = await openShared(path);
    expect(after.etag).not.toBe(before.etag);
    await Promise.all([before.close(), after.close()]);
  });

  it("is unavailable while it is gone", async () => {
    const path = await newFile();
    await rm(path);
    await expect(openShared(path)).rejects.toMatchObject({ name: "LocalError", reason: "unavailable" });
  });

  it("stops reading when the signal aborts", async () => {
    const stop = new AbortController();
    const file = await openShared(await newFile());
    const chunks = file.read({ start: 0, end: BYTES }, stop.signal)[Symbol.asyncIterator]();
    await chunks.next();
    stop.abort(new Error("gone"));
    await expect(chunks.next()).rejects.toThrow("gone");
    await file.close();
  });
});

import { execFileSync } from "node:child_process";
import { appendFile, chmod, mkdir, rename, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type FileSource, openFileSource } from "./file-source.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

async function openNew(name: string, content: string): Promise<{ path: string; source: FileSource }> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, content);
  const source = await openFileSource(path);
  onTestFinished(() => source.close());
  return { path, source };
}

test("a regular file is opened with its name, size, time, media type and validator", async () => {
  const path = join(await temporaryFolder(), "Füße 影片.mkv");
  await writeFile(path, "0123456789");
  await utimes(path, 1_600_000_000, 1_600_000_000.25);
  const source = await openFileSource(path);
  onTestFinished(() => source.close());
  expect(source).toMatchObject({ name: "Füße 影片.mkv", size: 10, modifiedMs: 1_600_000_000_250, mediaType: "video/x-matroska" });
  expect(source.etag).toMatch(/^"[\w-]+"$/u);
});

test("a name without an extension has no media type", async () => {
  const { source } = await openNew("README", "x");
  expect(source.mediaType).toBeUndefined();
});

test("reads are positioned and end with the file", async () => {
  const { source } = await openNew("a.bin", "0123456789");
  const into = Buffer.alloc(4);
  expect([await source.read(3, into), into.toString()]).toEqual([{ bytes: 4, change: "same" }, "3456"]);
  expect((await source.read(8, into)).bytes).toBe(2);
  expect((await source.read(10, into)).bytes).toBe(0);
});

test("a link to a file is followed", async () => {
  const { path } = await openNew("a.bin", "0123456789");
  const link = `${path}.link`;
  await symlink(path, link);
  const source = await openFileSource(link);
  onTestFinished(() => source.close());
  expect(source.size).toBe(10);
});

test("a folder is refused by name", async () => {
  const path = join(await temporaryFolder(), "folder");
  await mkdir(path);
  await expect(openFileSource(path)).rejects.toMatchObject({ name: "StreamError", reason: "not-a-file", message: /is a folder/u });
});

test.skipIf(process.platform === "win32")("a fifo is refused without waiting for its writer", { timeout: 2000 }, async () => {
  const path = join(await temporaryFolder(), "fifo");
  execFileSync("mkfifo", [path]);
  await expect(openFileSource(path)).rejects.toMatchObject({ reason: "not-a-file" });
});

test.skipIf(process.platform === "win32")("a socket and a device are refused", async () => {
  const path = join(await temporaryFolder(), "socket");
  const server = createServer().listen(path);
  onTestFinished(() => void server.close());
  await expect(openFileSource(path)).rejects.toMatchObject({ reason: "not-a-file" });
  await expect(openFileSource("/dev/null")).rejects.toMatchObject({ reason: "not-a-file" });
});

test("a file that isn't there is refused by name, with the system's error as its cause", async () => {
  const path = join(await temporaryFolder(), "missing.mp4");
  await expect(openFileSource(path)).rejects.toMatchObject({ name: "StreamError", reason: "cannot-open", cause: { code: "ENOENT" } });
});

test.skipIf(process.platform === "win32" || process.getuid?.() === 0)("a file that may not be read is refused by name", async () => {
  const { path } = await openNew("secret.bin", "x");
  await chmod(path, 0);
  await expect(openFileSource(path)).rejects.toMatchObject({ reason: "cannot-open", cause: { code: "EACCES" } });
});

test("a file left alone is the same", async () => {
  const { source } = await openNew("a.bin", "0123456789");
  expect(await source.checkVersion(0)).toBe("same");
});

test.each<[string, (path: string) => Promise<void>]>([
  ["shrunk", (path) => truncate(path, 5)],
  ["grown", (path) => appendFile(path, "more")],
  ["rewritten", (path) => utimes(path, 1, 1)],
  ["gone", (path) => rm(path)],
  [
    "replaced",
    async (path) => {
      await writeFile(`${path}.new`, "0123456789");
      await rename(`${path}.new`, path);
    },
  ],
])("a file that was %s after it was opened is noticed", async (change, act) => {
  const { path, source } = await openNew("a.bin", "0123456789");
  await act(path);
  expect(await source.checkVersion(0)).toBe(change);
});

test.each<[string, (path: string) => Promise<void>]>([
  ["shrunk", (path) => truncate(path, 5)],
  ["grown", (path) => appendFile(path, "more")],
  ["rewritten", (path) => writeFile(path, "9876543210").then(() => utimes(path, 1, 1))],
  ["same", (path) => rm(path)],
])("a read that follows says whether its bytes are still the ones that were announced (%s)", async (change, act) => {
  const { path, source } = await openNew("a.bin", "0123456789");
  await act(path);
  expect((await source.read(0, Buffer.alloc(4))).change).toBe(change);
});

test("a file that was seen shrunk or rewritten stays so, whatever is made of it", async () => {
  const { path, source } = await openNew("a.bin", "0123456789");
  await truncate(path, 0);
  expect((await source.read(0, Buffer.alloc(4))).change).toBe("shrunk");
  await appendFile(path, "longer than it was");
  expect((await source.read(0, Buffer.alloc(4))).change).toBe("shrunk");
  expect(await source.checkVersion(0)).toBe("shrunk");
});

test("an answer about the version is used again while it is young enough", async () => {
  const { path, source } = await openNew("a.bin", "0123456789");
  expect(await source.checkVersion(0)).toBe("same");
  await truncate(path, 1);
  expect(await source.checkVersion(60_000)).toBe("same");
  expect(await source.checkVersion(0)).toBe("shrunk");
});

test("closing twice is closing once, and reads fail after it", async () => {
  const { source } = await openNew("a.bin", "0123456789");
  await Promise.all([source.close(), source.close()]);
  await expect(source.read(0, new Uint8Array(1))).rejects.toThrow();
});

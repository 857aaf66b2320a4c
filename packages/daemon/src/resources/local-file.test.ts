import { execFileSync } from "node:child_process";
import { appendFile, chmod, mkdir, readFile, rename, rm, stat, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { openFile } from "./local-file.ts";
import type { Resource } from "./resource.ts";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";

async function openNew(name: string, content: string): Promise<{ path: string; source: Resource }> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, content);
  const source = await openFile(path);
  onTestFinished(() => source.close());
  return { path, source };
}

test("a regular file is opened with its name, size, time, media type and validator", async () => {
  const path = join(await temporaryFolder(), "Füße 影片.mkv");
  await writeFile(path, "\x00123456789");
  await utimes(path, 1_600_000_000, 1_600_000_000.25);
  const source = await openFile(path);
  onTestFinished(() => source.close());
  expect(source).toMatchObject({ name: "Füße 影片.mkv", size: 10, modifiedMs: 1_600_000_000_250, mediaType: "video/x-matroska" });
  expect(source.etag).toMatch(/^"[\w-]+"$/u);
});

test("a file with unknown bytes and without an extension has no media type", async () => {
  const { source } = await openNew("README", "\x00x");
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
  const source = await openFile(link);
  onTestFinished(() => source.close());
  expect(source.size).toBe(10);
});

test("a folder is refused by name", async () => {
  const path = join(await temporaryFolder(), "folder");
  await mkdir(path);
  await expect(openFile(path)).rejects.toMatchObject({ name: "StreamError", reason: "not-a-file", message: /is a folder/u });
});

test.skipIf(process.platform === "win32")("a fifo is refused without waiting for its writer", { timeout: 2000 }, async () => {
  const path = join(await temporaryFolder(), "fifo");
  execFileSync("mkfifo", [path]);
  await expect(openFile(path)).rejects.toMatchObject({ reason: "not-a-file" });
});

test.skipIf(process.platform === "win32")("a socket and a device are refused", async () => {
  const path = join(await temporaryFolder(), "socket");
  const server = createServer().listen(path);
  onTestFinished(() => void server.close());
  await expect(openFile(path)).rejects.toMatchObject({ reason: "not-a-file" });
  await expect(openFile("/dev/null")).rejects.toMatchObject({ reason: "not-a-file" });
});

test("a missing file is refused by name, with the system's error as its cause", async () => {
  const path = join(await temporaryFolder(), "missing.mp4");
  await expect(openFile(path)).rejects.toMatchObject({ name: "StreamError", reason: "cannot-open", cause: { code: "ENOENT" } });
});

test.skipIf(process.platform === "win32" || process.getuid?.() === 0)("a file without read permission is refused by name", async () => {
  const { path } = await openNew("secret.bin", "x");
  await chmod(path, 0);
  await expect(openFile(path)).rejects.toMatchObject({ reason: "cannot-open", cause: { code: "EACCES" } });
});

test("an unchanged file is the same", async () => {
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
  ["gone", (path) => rm(path)],
])("a later read reports whether its bytes are still the announced ones (%s)", async (change, act) => {
  const { path, source } = await openNew("a.bin", "0123456789");
  await act(path);
  expect((await source.read(0, Buffer.alloc(4))).change).toBe(change);
});

test("a file that was overwritten with the same size, with its old time restored, is seen as rewritten and has another validator", async () => {
  const { path, source } = await openNew("a.bin", "0123456789");
  const { atime, mtime } = await stat(path);
  await utimes(path, atime, mtime);
  const before = await openFile(path);
  onTestFinished(() => before.close());
  await writeFile(path, "9876543210");
  await utimes(path, atime, mtime);
  expect((await before.read(0, Buffer.alloc(4))).change).toBe("rewritten");
  const after = await openFile(path);
  onTestFinished(() => after.close());
  expect([after.size, after.modifiedMs]).toEqual([before.size, before.modifiedMs]);
  expect(after.etag).not.toBe(before.etag);
  expect(await source.checkVersion(0)).toBe("rewritten");
});

test("reading a file doesn't change its version", async () => {
  const { path, source } = await openNew("a.bin", "0123456789");
  await readFile(path);
  await source.read(0, Buffer.alloc(10));
  expect(await source.checkVersion(0)).toBe("same");
  const again = await openFile(path);
  onTestFinished(() => again.close());
  expect(again.etag).toBe(source.etag);
});

test("C-18: a longer file that is copied over it is distinguished from an append by its content, even between two checks", async () => {
  const { path, source } = await openNew("a.bin", "0123456789");
  await appendFile(path, "more");
  expect(await source.checkVersion(0)).toBe("grown");
  await writeFile(path, "another file, and a longer one");
  expect(await source.checkVersion(0)).toBe("rewritten");
  expect((await source.read(0, Buffer.alloc(4))).change).toBe("rewritten");
});

test("C-18: bytes that were read before are among the samples: a longer file that differs only there is seen as rewritten", async () => {
  const content = Buffer.alloc(100_000, "x");
  const path = join(await temporaryFolder(), "a.bin");
  await writeFile(path, content);
  const source = await openFile(path);
  onTestFinished(() => source.close());
  await source.read(50_000, Buffer.alloc(1000));
  content.fill("y", 50_000, 50_010);
  await writeFile(path, Buffer.concat([content, Buffer.from("more")]));
  expect(await source.checkVersion(0)).toBe("rewritten");
});

describe.skipIf(process.platform !== "linux")("A-7: a file of which the system reports a wrong size is refused", () => {
  test.each([
    ["no size although it has content", "/proc/cpuinfo", /reports no size for \/proc\/cpuinfo, although it has content/u],
    ["more bytes than it has", "/sys/kernel/mm/transparent_hugepage/enabled", /less content than the 4096 bytes/u],
  ])("%s", async (_what, path, message) => {
    await expect(openFile(path)).rejects.toMatchObject({ name: "StreamError", reason: "wrong-size", message });
  });

  test("an empty file is not refused", async () => {
    expect((await openNew("empty.mp4", "")).source).toMatchObject({ size: 0, mediaType: "video/mp4" });
  });
});

test("a file can be opened while it grows", async () => {
  const path = join(await temporaryFolder(), "log.txt");
  await writeFile(path, "line\n");
  const stop = new AbortController();
  const writer = (async (): Promise<void> => {
    while (!stop.signal.aborted) await appendFile(path, "line\n");
  })();
  for (let round = 0; round < 20; round += 1) {
    const source = await openFile(path);
    expect(["same", "grown"]).toContain((await source.read(0, Buffer.alloc(source.size))).change);
    await source.close();
  }
  stop.abort();
  await writer;
});

test("C-15: a file that was seen shrunk or rewritten stays so, whatever happens to it", async () => {
  const { path, source } = await openNew("a.bin", "0123456789");
  await truncate(path, 0);
  expect((await source.read(0, Buffer.alloc(4))).change).toBe("shrunk");
  await appendFile(path, "longer than it was");
  expect((await source.read(0, Buffer.alloc(4))).change).toBe("shrunk");
  expect(await source.checkVersion(0)).toBe("shrunk");
});

test("a version check is reused until its maximum age", async () => {
  const { path, source } = await openNew("a.bin", "0123456789");
  expect(await source.checkVersion(0)).toBe("same");
  await truncate(path, 1);
  expect(await source.checkVersion(60_000)).toBe("same");
  expect(await source.checkVersion(0)).toBe("shrunk");
});

test("closing is idempotent, and later reads fail", async () => {
  const { source } = await openNew("a.bin", "0123456789");
  await Promise.all([source.close(), source.close()]);
  await expect(source.read(0, new Uint8Array(1))).rejects.toThrow();
});

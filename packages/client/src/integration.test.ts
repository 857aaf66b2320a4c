/* The real thing in one process: relay, daemon and client, over libwebrtc on this machine's own addresses. */
import { createHash } from "node:crypto";
import { open, truncate } from "node:fs/promises";
import { join } from "node:path";
import { createDaemon, createEphemeralStore, runStream } from "@rangecast/daemon";
import { createRelay } from "@rangecast/relay";
import { createPeerConnection, openConnections } from "@rangecast/rtc-node";
import { createSignalClient } from "@rangecast/signal";
import { sharedTemporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { connect, connectPlain, type ConnectOptions, type RemoteFile } from "./index.ts";
import { isPattern, patternBytes } from "@rangecast/testkit/files/pattern";

const MIB = 1024 * 1024;
const FILE_BYTES = 32 * MIB;
const KEY = "an-api-key-of-the-relay";
const RELAY = "http://relay.test";
/** Bounds a hang; nothing here takes a tenth of it. */
const TIMEOUT_MS = 60_000;

const folder = await sharedTemporaryFolder();
let path: string;
let wholeHash: string;

beforeAll(async () => {
  path = join(folder, "film.mp4");
  const hash = createHash("sha256");
  const file = await open(path, "w");
  for (let start = 0; start < FILE_BYTES; start += MIB) {
    const block = patternBytes(start, start + MIB);
    hash.update(block);
    await file.write(block);
  }
  await file.close();
  wholeHash = hash.digest("hex");
}, TIMEOUT_MS);

let relay: ReturnType<typeof createRelay>;
/** What a test opened, to be closed in reverse. */
const opened: (() => Promise<void>)[] = [];
const fetch: typeof globalThis.fetch = (input, init) => relay.fetch(new Request(input, init));
const options: ConnectOptions = { createPeerConnection, fetch };

beforeEach(() => {
  relay = createRelay({ apiKeys: [KEY] });
});

afterEach(async () => {
  for (let close = opened.pop(); close !== undefined; close = opened.pop()) await close();
  await relay.close();
  await vi.waitFor(() => expect(openConnections()).toBe(0));
});

async function share(filePath: string = path): Promise<{ link: string; close: () => Promise<void> }> {
  const daemon = createDaemon({ relay: RELAY, store: await createEphemeralStore(), createPeerConnection, fetch });
  opened.push(() => daemon.close());
  const { link } = await daemon.addShare({ path: filePath });
  return { link, close: () => daemon.close() };
}

async function openFile(link: string): Promise<RemoteFile> {
  const file = await connect(link, options);
  opened.push(() => file.close());
  return file;
}

async function hashOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest("hex");
}

describe("a share", { timeout: TIMEOUT_MS }, () => {
  test("of 32 MiB arrives with the same SHA-256", async () => {
    const file = await openFile((await share()).link);
    expect(file).toMatchObject({ name: "film.mp4", size: FILE_BYTES, mediaType: "video/mp4", etag: expect.stringMatching(/^".+"$/u) });
    expect(await hashOf(file.stream())).toBe(wholeHash);
    expect(file.stats()).toMatchObject({ receivedBytes: FILE_BYTES, droppedMessages: 0 });
    expect(await file.path()).toMatchObject({ kind: "direct", protocol: "udp" });
  });

  test("gives ranges, also several at once", async () => {
    const file = await openFile((await share()).link);
    const ranges = [0, 1, 65_523, 10 * MIB + 7, FILE_BYTES - 500_000].map((start) => ({
      start,
      end: Math.min(FILE_BYTES, start + 500_000),
    }));
    const reads = await Promise.all(ranges.map((range) => file.read(range)));
    reads.forEach((bytes, index) => {
      const { start = 0, end = 0 } = ranges[index] ?? {};
      expect(isPattern(bytes, start, end)).toBe(true);
    });
  });

  test("supports seeks: a hundred times a cancelled stream stops, and the next bytes are the right ones", async () => {
    const file = await openFile((await share()).link);
    for (let seek = 0; seek < 100; seek += 1) {
      const start = (seek * 7_654_321) % (FILE_BYTES - 1);
      const reader = file.stream({ start }).getReader();
      const { value } = await reader.read();
      expect(isPattern(value ?? new Uint8Array(0), start, start + (value?.byteLength ?? 0))).toBe(true);
      await reader.cancel();
    }
    const { receivedBytes } = file.stats();
    await file.read({ start: 0, end: 1000 }); // All that was on its way before it has come now.
    expect(file.stats().receivedBytes - receivedBytes).toBeLessThan(4 * MIB);
  });

  test("serves two clients at once, each with its own streams", async () => {
    const { link } = await share();
    const files = await Promise.all([openFile(link), openFile(link)]);
    expect(await Promise.all(files.map((file) => hashOf(file.stream())))).toEqual([wholeHash, wholeHash]);
  });

  test("is held back by a consumer that does not read", async () => {
    const file = await openFile((await share()).link);
    const reader = file.stream().getReader();
    const { value } = await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(file.stats().receivedBytes).toBeLessThan(4 * MIB);
    let next = value?.byteLength ?? 0;
    for (let read = await reader.read(); !read.done && next < 8 * MIB; read = await reader.read()) {
      expect(isPattern(read.value, next, next + read.value.byteLength)).toBe(true);
      next += read.value.byteLength;
    }
    await reader.cancel();
  });

  test("says goodbye: when the daemon stops, streams and file end with host-stopped", async () => {
    const { link, close } = await share();
    const file = await openFile(link);
    const reader = file.stream().getReader();
    await reader.read();
    const closing = close();
    await expect(
      (async () => {
        while (!(await reader.read()).done);
      })(),
    ).rejects.toMatchObject({ name: "ClientError", reason: "host-stopped" });
    expect((await file.closed).reason).toBe("host-stopped");
    await closing;
  });

  test("whose file shrinks while it is read errors with file-changed, and is never short", async () => {
    const own = join(folder, "shrinking.bin");
    const handle = await open(own, "w");
    await handle.write(patternBytes(0, 8 * MIB));
    await handle.close();
    const file = await openFile((await share(own)).link);
    const reader = file.stream().getReader();
    await reader.read();
    await truncate(own, MIB);
    await expect(
      (async () => {
        while (!(await reader.read()).done);
      })(),
    ).rejects.toMatchObject({ reason: "file-changed" });
  });
});

test("a file of a base protocol session arrives with the same SHA-256, and a bye ends the session", { timeout: TIMEOUT_MS }, async () => {
  const session = { base: RELAY, sessionId: "one", key: KEY };
  const signals = createSignalClient({ ...session, side: "agent", fetch });
  const streaming = runStream({ sessionId: session.sessionId, filePath: path, signals, createPeerConnection });
  const file = await connectPlain({ ...session, ...options });
  expect(await hashOf(file.stream())).toBe(wholeHash);
  await file.close();
  expect(["bye", "channel-closed"]).toContain((await streaming).reason);
});

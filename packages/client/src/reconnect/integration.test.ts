/* Reconnecting files over a real relay, daemon and client in one process, with libwebrtc on this machine's own addresses. */
import { appendFile, copyFile, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDaemon, createEphemeralStore, type Daemon, type IdentityStore } from "@rangecast/daemon";
import { type RunningRelay, serveRelay } from "@rangecast/relay";
import { createPeerConnection, openConnections } from "@rangecast/rtc-node";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { type FileVersion, type ReconnectingFile, type ReconnectingState, openShare, zipPath } from "../index.ts";
import { type MutablePeers, mutablePeers } from "../testing/mutable-peer.ts";
import { isPattern, patternBytes } from "@rangecast/testkit/files/pattern";

const MIB = 1024 * 1024;
const FILE_BYTES = 16 * MIB;
/** Bounds a hang. */
const TIMEOUT_MS = 60_000;
const WAIT = { timeout: TIMEOUT_MS / 2, interval: 20 };

let folder: string;
let path: string;
let relay: RunningRelay;
let store: IdentityStore;
let daemon: Daemon;
let link: string;
let peers: MutablePeers;
let file: ReconnectingFile;
let states: ReconnectingState[];
let versions: FileVersion[];

/** What is gone at once when the host's process is killed. */
let hostProcess: { readonly peers: MutablePeers; readonly killed: AbortController };

async function startDaemon(): Promise<void> {
  const killed = new AbortController();
  hostProcess = { peers: mutablePeers(createPeerConnection), killed };
  daemon = createDaemon({
    relay: relay.url,
    store,
    createPeerConnection: hostProcess.peers.createPeerConnection,
    fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.any([killed.signal, ...(init?.signal ? [init.signal] : [])]) }),
  });
  ({ link } = await daemon.addShare({ path }));
}

/** As SIGKILL does: neither the relay nor the client is told. */
async function killDaemon(): Promise<void> {
  hostProcess.killed.abort(new TypeError("the process is gone"));
  for (const peer of hostProcess.peers.peers) peer.close();
  await daemon.close();
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rangecast-reconnect-"));
  path = join(folder, "film.mp4");
  await writeFile(path, patternBytes(0, FILE_BYTES));
  relay = await serveRelay({ host: "127.0.0.1", port: 0 });
  store = await createEphemeralStore();
  await startDaemon();
  peers = mutablePeers(createPeerConnection);
  states = [];
  versions = [];
  file = openShare(link, {
    createPeerConnection: peers.createPeerConnection,
    onState: (state) => states.push(state),
    onVersion: (version) => versions.push(version),
  });
}, TIMEOUT_MS);

afterEach(async () => {
  await file.close();
  await daemon.close();
  await relay.close();
  await rm(folder, { recursive: true });
  await vi.waitFor(() => expect(openConnections()).toBe(0), WAIT);
}, TIMEOUT_MS);

/** A stream that is read as far as the test wants, and checked. */
class Reading {
  readonly #reader = file.stream().getReader();
  received = 0;

  async to(bytes: number): Promise<void> {
    while (this.received < bytes) {
      const { done, value } = await this.#reader.read();
      if (done) throw new Error(`it ended after ${this.received} bytes`);
      if (!isPattern(value, this.received, this.received + value.byteLength)) throw new Error(`wrong bytes at ${this.received}`);
      this.received += value.byteLength;
    }
  }

  /** Reads to the end, and checks each byte. */
  async whole(): Promise<void> {
    await this.to(FILE_BYTES);
    expect(await this.#reader.read()).toEqual({ done: true, value: undefined });
  }
}

const reasons = (): string[] => states.flatMap((state) => (state.phase === "waiting" ? [state.error.reason] : []));

describe("a stream continues at the same byte", { timeout: TIMEOUT_MS }, () => {
  test("while its relay is gone; and if its session is lost too, once the relay is back", async () => {
    const reading = new Reading();
    await reading.to(MIB);
    const { port } = relay;
    await relay.close();
    await reading.to(4 * MIB);
    expect(file.state.phase).toBe("connected");
    peers.peers.at(-1)?.close();
    await vi.waitFor(() => expect(reasons()).toContain("relay-unreachable"), WAIT);
    relay = await serveRelay({ host: "127.0.0.1", port });
    await reading.whole();
    expect(file.stats().sessions).toBe(2);
    expect(versions).toHaveLength(1);
  });

  test("after its daemon was restarted: the link stays valid", async () => {
    const reading = new Reading();
    await reading.to(MIB);
    await daemon.close();
    await vi.waitFor(() => expect(file.state.phase).toBe("waiting"), WAIT);
    const before = link;
    await startDaemon();
    expect(link).toBe(before);
    await reading.whole();
    expect(file.stats().sessions).toBe(2);
    expect(versions).toHaveLength(1);
  });

  test("after its daemon was killed and restarted", async () => {
    const reading = new Reading();
    await reading.to(MIB);
    await killDaemon();
    await startDaemon();
    await reading.whole();
    expect(file.stats().sessions).toBe(2);
    expect(versions).toHaveLength(1);
  });

  test("over another session within seconds when its own falls silent, which is then closed", async () => {
    const reading = new Reading();
    await reading.to(MIB);
    peers.mute(true);
    await reading.whole();
    expect(file.stats().sessions).toBe(2);
    expect(states.map(({ phase }) => phase)).toContain("suspect");
    expect(reasons()).toEqual([]); // It was never without a session.
    await vi.waitFor(() => expect(daemon.sessions).toBe(1), WAIT);
  });

  test("over a new session after renew()", async () => {
    const reading = new Reading();
    await reading.to(MIB);
    file.renew();
    await vi.waitFor(() => expect(file.stats().sessions).toBe(2), WAIT);
    await reading.whole();
    expect(versions).toHaveLength(1);
  });
});

describe("a file that changes in mid-stream", { timeout: TIMEOUT_MS }, () => {
  const other = patternBytes(0, FILE_BYTES).map((byte) => byte ^ 0xff);

  test.each<[string, (path: string, next: string) => Promise<void>]>([
    ["by being replaced", (old, next) => rename(next, old)],
    ["by being overwritten in place", (old, next) => copyFile(next, old)],
  ])("(%s) fails its streams with file-changed, never a byte of both; the new version is announced and can be read", async (_, act) => {
    const next = join(folder, "next.mp4");
    await writeFile(next, other);
    const reading = new Reading();
    await reading.to(2 * MIB);
    await act(path, next);
    await expect(reading.whole()).rejects.toMatchObject({ name: "ClientError", reason: "file-changed" });
    await vi.waitFor(() => expect(file.version?.etag).toBe(versions.at(-1)?.etag), WAIT);
    await vi.waitFor(() => expect(versions.length).toBeGreaterThan(1), WAIT);
    await vi.waitFor(
      async () => expect(Buffer.from(await file.read({ start: 5, end: 9 }))).toEqual(Buffer.from(other.subarray(5, 9))),
      WAIT,
    );
    await expect(file.read({ version: "1", start: 0, end: 1 })).rejects.toMatchObject({ reason: "file-changed" });
  });

  test("by growing is served to the end that was announced; a new session announces the new size", async () => {
    const reading = new Reading();
    await reading.to(MIB);
    await appendFile(path, "more");
    await reading.to(2 * MIB);
    await appendFile(path, "and more");
    await reading.whole();
    expect(versions).toHaveLength(1);
    file.renew();
    await vi.waitFor(() => expect(versions.map(({ size }) => size)).toEqual([FILE_BYTES, FILE_BYTES + 12]), WAIT);
  });

  test("by being removed fails with file-gone; a read that waits gets it once it is put back", async () => {
    const reading = new Reading();
    await reading.to(2 * MIB);
    await rm(path);
    await expect(reading.whole()).rejects.toMatchObject({ reason: "file-gone" });
    await vi.waitFor(() => expect(reasons().filter((reason) => reason === "file-gone").length).toBeGreaterThan(1), WAIT);
    await writeFile(path, patternBytes(0, FILE_BYTES));
    expect(isPattern(await file.read({ start: 0, end: MIB }), 0, MIB)).toBe(true);
    expect(versions).toHaveLength(2);
  });
});

test("a share that is removed ends the file", { timeout: TIMEOUT_MS }, async () => {
  const reading = new Reading();
  await reading.to(MIB);
  await daemon.removeShare(daemon.shares[0]?.id ?? "");
  await expect(reading.whole()).rejects.toMatchObject({ reason: "host-revoked" });
  expect(file.state).toMatchObject({ phase: "ended", error: { reason: "host-revoked" } });
});

describe("a folder as zip (X-18)", { timeout: TIMEOUT_MS }, () => {
  const ZIP = zipPath(new Uint8Array(0));
  let photos: string;
  let shared: ReconnectingFile;

  beforeEach(async () => {
    photos = join(folder, "photos");
    await mkdir(join(photos, "small"), { recursive: true });
    for (let index = 0; index < 30; index += 1) await writeFile(join(photos, "small", `${index}.txt`), `content ${index}`);
    await writeFile(join(photos, "large"), patternBytes(0, 4 * MIB));
    await writeFile(join(photos, "z"), patternBytes(0, MIB));
    shared = await openFolder();
  });

  /** Shares the folder and connects to it. */
  async function openFolder(): Promise<ReconnectingFile> {
    const { link: folderLink } = await daemon.addShare({ path: photos });
    const opened = openShare(folderLink, { createPeerConnection: peers.createPeerConnection });
    onTestFinished(() => opened.close());
    return opened;
  }

  test.each<[string, () => Promise<void>]>([
    ["the connection is cut", async () => peers.peers.at(-1)?.close()],
    [
      "its daemon is killed and started again",
      async () => {
        await killDaemon();
        await startDaemon();
        await daemon.addShare({ path: photos });
      },
    ],
  ])("goes on at the same byte after %s: the same bytes as without", async (_how, interrupt) => {
    const zip = await shared.open(ZIP);
    const whole = Buffer.from(await zip.read({}));
    expect(whole.byteLength).toBe(zip.size);
    const received: Uint8Array[] = [];
    let bytes = 0;
    for await (const part of zip.stream()) {
      received.push(part);
      if (bytes < 2 * MIB && bytes + part.byteLength >= 2 * MIB) await interrupt();
      bytes += part.byteLength;
    }
    expect(Buffer.concat(received).equals(whole)).toBe(true);
    expect(shared.stats().sessions).toBe(2);
  });

  test("ends with file-changed when a file that was not read yet has changed", async () => {
    const reader = (await shared.open(ZIP)).stream().getReader();
    await reader.read();
    await appendFile(join(photos, "z"), "more");
    const whole = async (): Promise<void> => {
      while (!(await reader.read()).done);
    };
    await expect(whole()).rejects.toMatchObject({ name: "ClientError", reason: "file-changed" });
  });
});

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseLink } from "@rangecast/signal";
import type { Frame } from "@rangecast/wire";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { patternBytes } from "@rangecast/testkit/files/pattern";
import type { FakeChannel } from "@rangecast/testkit/fakes/fake-channel";
import { describe, expect, test, vi } from "vitest";
import { openIdentityStore } from "../identity/identity-store.ts";
import type { TermsChange } from "../terms/share-terms.ts";
import { type DaemonBench, daemonBench } from "../testing/daemon-bench.ts";
import { comeWith, type FakeViewer } from "../testing/fake-daemon-signals.ts";
import { fill } from "../testing/folder-bench.ts";
import { offerPayload, offerSdp } from "../testing/offers.ts";
import { give, until } from "../testing/stream-bench.ts";

const SIZE = 1000;
/** 16 bytes in base64url. */
const viewerId = (letter: string): string => `${letter.repeat(21)}A`;
const offerOf = (letter: string): string => offerPayload(offerSdp(), { viewer: viewerId(letter) });

/** A daemon that shares a file with terms. */
async function shareWith(terms: TermsChange, options: Parameters<typeof daemonBench>[0] = {}): Promise<DaemonBench> {
  const bench = await daemonBench(options);
  await bench.daemon.removeShare(bench.share.id, "stopped");
  bench.events.length = 0;
  return { ...bench, share: await bench.daemon.addShare({ path: bench.path, terms }) };
}

async function come(bench: DaemonBench, letter: string): Promise<FakeChannel> {
  const peers = bench.peers.length;
  await comeWith(bench.relay, bench.share.link, offerOf(letter));
  await until(() => bench.peers.length > peers);
  const channel = await bench.opened();
  give(channel, { type: "ping", streamId: 0, extended: true });
  return channel;
}

/** Why the host refuses a viewer. */
async function refusal(bench: Pick<DaemonBench, "relay">, link: string, letter = "z"): Promise<string | undefined> {
  const viewer: FakeViewer = await comeWith(bench.relay, link, offerOf(letter));
  await until(() => viewer.forgotten());
  const heard = await viewer.heard();
  return heard.find(({ type }) => type === "bye")?.payload;
}

function request(channel: FakeChannel, start: number, end: number, streamId = 1): void {
  give(channel, { type: "range-req", streamId, offset: BigInt(start), length: BigInt(end - start), extended: true });
}

const ended = (channel: FakeChannel, streamId = 1): boolean =>
  channel.sent.some((frame) => frame.type === "range-end" && frame.streamId === streamId);

async function readAll(channel: FakeChannel): Promise<void> {
  request(channel, 0, SIZE);
  await until(() => ended(channel));
}

describe("X-30: a link that has expired", () => {
  test("ends its sessions with a goodbye, and says so to viewers who open it, also after a restart of the daemon", async () => {
    const store = await openIdentityStore(await temporaryFolder());
    const now = Date.now();
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"], now });
    try {
      const bench = await shareWith({ expiresMs: now + 60_000 }, { store });
      expect(bench.share.terms).toEqual({ expiresMs: now + 60_000 });
      const channel = await come(bench, "a");
      vi.advanceTimersByTime(60_000);
      await until(() => bench.events.some(({ type }) => type === "share-ended"));
      expect(channel.sent).toContainEqual(expect.objectContaining({ type: "goodbye", reason: "expired" }));
      expect(bench.events).toContainEqual(expect.objectContaining({ type: "share-ended", reason: "expired", shareId: bench.share.id }));
      expect(await refusal(bench, bench.share.link)).toBe("expired");
      const next = await bench.daemon.addShare({ path: bench.path });
      expect([next.id === bench.share.id, next.terms]).toEqual([false, {}]);
      vi.useRealTimers();
      await bench.daemon.close();
      const later = await daemonBench({ store, path: bench.path });
      expect(later.share.link).toBe(next.link);
      await until(() => later.relay.registered.length === 2);
      expect(await refusal(later, bench.share.link)).toBe("expired");
    } finally {
      vi.useRealTimers();
    }
  });

  test("while no daemon ran is replaced by a new link, and says so", async () => {
    const store = await openIdentityStore(await temporaryFolder());
    const bench = await shareWith({ expiresMs: Date.now() + 500 }, { store });
    await bench.daemon.close();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 1000 });
    try {
      const later = await daemonBench({ store, path: bench.path });
      expect(later.share.replaces).toBe("expired");
      await until(() => later.relay.registered.length === 2);
      expect(await refusal(later, bench.share.link)).toBe("expired");
    } finally {
      vi.useRealTimers();
    }
  });

  test("does not expire at a time that another daemon changed", async () => {
    const now = Date.now();
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"], now });
    try {
      const bench = await shareWith({ expiresMs: now + 1000 });
      const { id } = bench.share;
      const page = "https://relay.example";
      const other = { request: { path: [bench.path] }, isFolder: false, page, relay: page, terms: { expiresMs: now + 9000 } };
      expect((await bench.store.links.hold(bench.path, other)).id).toBe(id);
      vi.advanceTimersByTime(1000);
      await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0));
      vi.useRealTimers();
      expect(bench.daemon.shares.map((share) => share.id)).toEqual([id]);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("X-30: a link that was revoked", () => {
  test("says so to viewers who open it, until the daemon closes and takes it back at the relay", async () => {
    const bench = await daemonBench();
    await bench.daemon.removeShare(bench.share.id);
    expect(await refusal(bench, bench.share.link)).toBe("revoked");
    expect(bench.relay.revoked).toEqual([]);
    await bench.daemon.close();
    expect(bench.relay.revoked).toEqual([bench.share.id]);
  });

  test("says nothing to who has only its id", async () => {
    const bench = await daemonBench();
    await bench.daemon.removeShare(bench.share.id);
    const other = await daemonBench();
    const { shareId } = parseLink(other.share.link);
    expect(await refusal(bench, other.share.link.replace(shareId, bench.share.id))).toBeUndefined();
  });
});

describe("X-31: maxDownloads", () => {
  test("of a file: who has it may read on, who comes later finds the link used up, also after a restart", async () => {
    const store = await openIdentityStore(await temporaryFolder());
    const bench = await shareWith({ maxDownloads: 1 }, { store });
    const channel = await come(bench, "a");
    expect(channel.sent[0]).toMatchObject({ announcement: { features: expect.arrayContaining(["counted"]) } });
    await readAll(channel);
    expect(bench.events.filter(({ type }) => type === "download-taken" || type === "share-ended")).toEqual([
      { type: "download-taken", shareId: bench.share.id, path: "", taken: 1, maxDownloads: 1 },
      expect.objectContaining({ type: "share-ended", reason: "used-up" }),
    ]);
    expect(await refusal(bench, bench.share.link, "b")).toBe("used-up");
    request(channel, 0, SIZE, 2);
    await until(() => ended(channel, 2));
    expect(channel.sent.at(-1)).toMatchObject({ type: "range-end", status: 0 });
    await bench.daemon.close();
    const later = await daemonBench({ store, path: bench.path });
    expect([later.share.replaces, later.share.id === bench.share.id]).toEqual(["used-up", false]);
    await until(() => later.relay.registered.length === 2);
    expect(await refusal(later, bench.share.link)).toBe("used-up");
  });

  test("opening the link and its headers consume nothing; while others hold all downloads, a viewer is sent away for now", async () => {
    const bench = await shareWith({ maxDownloads: 1 });
    const [first, second] = [await come(bench, "a"), await come(bench, "b")];
    request(first, 0, 500);
    await until(() => ended(first));
    expect(await refusal(bench, bench.share.link, "c")).toBe("limit");
    request(second, 0, 500);
    await until(() => second.sent.some(({ type }) => type === "goodbye"));
    expect(second.sent).toContainEqual(expect.objectContaining({ type: "goodbye", reason: "limit" }));
    expect(second.sent.some(({ type }) => type === "range-data")).toBe(false);
  });

  test("of a folder counts each file, and offers no zip, in which they would not be counted", async () => {
    const folder = join(await temporaryFolder(), "Season 1");
    await fill(folder, ["e1"]);
    await writeFile(join(folder, "e1"), patternBytes(0, SIZE));
    const bench = await shareWith({ maxDownloads: 1 }, { path: folder });
    const channel = await come(bench, "a");
    const [hello] = channel.sent;
    expect(hello).toMatchObject({ announcement: { features: expect.arrayContaining(["folders", "counted"]) } });
    expect(hello).not.toMatchObject({ announcement: { features: expect.arrayContaining(["zip"]) } });
    const open = async (to: FakeChannel, path: string, streamId: number): Promise<Frame | undefined> => {
      give(to, { type: "open", streamId, path: Buffer.from(path) });
      const answer = (): Frame | undefined =>
        to.sent.find((frame) => frame.streamId === streamId && (frame.type === "opened" || frame.type === "range-end"));
      await until(() => answer() !== undefined);
      return answer();
    };
    expect(await open(channel, "//list", 1)).toMatchObject({ type: "opened" });
    expect(await open(channel, "//zip", 2)).toMatchObject({ type: "range-end", status: 5 });
    const opened = await open(channel, "e1", 3);
    expect(opened).toMatchObject({ type: "opened", size: BigInt(SIZE) });
    give(channel, {
      type: "range-req",
      streamId: 4,
      offset: 0n,
      length: 0n,
      extended: true,
      handle: opened?.type === "opened" ? opened.handle : 0,
    });
    await until(() => ended(channel, 4));
    const other = await come(bench, "b");
    expect(await open(other, "//list", 1)).toMatchObject({ type: "opened" });
    expect(await open(other, "e1", 2)).toMatchObject({ type: "range-end", status: 7 });
  });
});

describe("maxViewers", () => {
  test("refuses one viewer more for now, and not a second session of one that is there", async () => {
    const bench = await shareWith({ maxViewers: 1 });
    const channel = await come(bench, "a");
    expect(await refusal(bench, bench.share.link, "b")).toBe("limit");
    await come(bench, "a");
    channel.close();
    bench.peers.forEach((peer) => peer.close());
    await until(() => bench.daemon.sessions <= 1);
  });
});

describe("X-30: a viewer that the host disconnects", () => {
  test("is told so and kept out, under the same id; others stay", async () => {
    const bench = await daemonBench();
    const [first, second] = [await come(bench, "a"), await come(bench, "b")];
    await bench.daemon.dropViewer(bench.share.id, viewerId("a"));
    expect(first.sent).toContainEqual(expect.objectContaining({ type: "goodbye", reason: "dropped" }));
    expect(second.sent.some(({ type }) => type === "goodbye")).toBe(false);
    expect(await refusal(bench, bench.share.link, "a")).toBe("dropped");
    await expect(bench.daemon.dropViewer(bench.share.id, viewerId("x"))).rejects.toMatchObject({ reason: "unknown-viewer" });
  });
});

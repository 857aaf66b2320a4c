import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { TermsChange } from "../terms/share-terms.ts";
import { createEphemeralStore, type IdentityStore, openIdentityStore } from "./identity-store.ts";
import type { HeldLink, HoldRequest } from "./share-records.ts";

const PATH = "/films/a.mp4";
const DAY_MS = 24 * 3_600_000;

afterEach(() => void vi.useRealTimers());

const hold = (store: IdentityStore, terms: TermsChange = {}, more: Partial<HoldRequest> = {}): Promise<HeldLink> =>
  store.links.hold(PATH, {
    request: { path: [PATH] },
    isFolder: false,
    page: "https://page.example",
    relay: "https://relay.example",
    terms,
    ...more,
  });

/** As at a later time. */
function setTime(ms: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: ms });
}

describe("a link", () => {
  test("keeps its terms, its request and the caller's settings for a later process, until others are given", async () => {
    const folder = await temporaryFolder();
    const expiresMs = Date.now() + DAY_MS;
    const request = { path: [PATH], name: "A film", exclude: ["*.part"], all: true };
    const { id } = await hold(
      await openIdentityStore(folder),
      { expiresMs, maxDownloads: 3 },
      { request, keep: true, settings: { relay: "own" } },
    );
    const later = await openIdentityStore(folder);
    expect(await hold(later, { maxDownloads: "none", maxViewers: 2 }, { request })).toMatchObject({
      id,
      terms: { expiresMs, maxViewers: 2 },
    });
    expect(await later.links.list()).toEqual([
      {
        id,
        link: expect.stringContaining(`https://page.example/s/${id}#v1.`),
        request,
        isFolder: false,
        terms: { expiresMs, maxViewers: 2 },
        createdMs: expect.any(Number),
        usedMs: expect.any(Number),
        downloads: 0,
        keep: true,
        settings: { relay: "own" },
      },
    ]);
  });

  test("whose time is over stays expired: the paths have a new link, without the old one's terms", async () => {
    const store = await createEphemeralStore();
    const now = Date.now();
    const { id } = await hold(store, { expiresMs: now + 1000, maxViewers: 1 });
    setTime(now + 1000);
    expect(await store.links.list()).toMatchObject([{ id, ended: "expired" }]);
    const next = await hold(store, { maxDownloads: 2 });
    expect(next).toMatchObject({ replaces: "expired", terms: { maxDownloads: 2 } });
    expect(next.id).not.toBe(id);
    expect(await store.links.termsOf(PATH, id)).toBeUndefined();
    expect((await store.links.list()).map((record) => [record.id, record.ended])).toEqual([
      [next.id, undefined],
      [id, "expired"],
    ]);
  });

  test("to a file that was downloaded as often as allowed is used up, and the next one counts anew", async () => {
    const folder = await temporaryFolder();
    const first = await hold(await openIdentityStore(folder), { maxDownloads: 1 });
    await first.downloads.add({ path: "", whole: 1 });
    const store = await openIdentityStore(folder);
    expect(await store.links.list()).toMatchObject([{ ended: "used-up", downloads: 1 }]);
    const next = await hold(store, { maxDownloads: 5 });
    expect([next.replaces, next.downloads.whole, next.id === first.id]).toEqual(["used-up", 0, false]);
    expect((await store.links.ended()).map(({ id, reason, downloads }) => [id, reason, downloads])).toEqual([[first.id, "used-up", 1]]);
  });

  test("to a folder is not used up by one of its files", async () => {
    const store = await createEphemeralStore();
    const first = await hold(store, { maxDownloads: 1 }, { isFolder: true });
    await first.downloads.add({ path: "", whole: 1 });
    expect((await hold(store, {}, { isFolder: true })).id).toBe(first.id);
  });

  test("that is revoked, by its id or link, stays so, and its keys are known only as those of an ended link", async () => {
    const folder = await temporaryFolder();
    const store = await openIdentityStore(folder);
    const { id, keys } = await hold(store);
    const [{ link = "" } = {}] = await store.links.list();
    expect(await store.links.revoke("AAAAAAAAAAAAAAAAAAAAAA")).toBeUndefined();
    expect(await store.links.revoke(`<${link}>`)).toMatchObject({ id, ended: "revoked", request: { path: [PATH] } });
    expect(await readdir(join(folder, "shares"))).toEqual([]);
    expect(await (await openIdentityStore(folder)).links.ended()).toMatchObject([{ id, keys, reason: "revoked" }]);
    expect(await store.links.revoke(id)).toMatchObject({ id, ended: "revoked" });
    expect((await hold(store)).id).not.toBe(id);
  });

  test("whose end a crash interrupted has ended", async () => {
    const folder = await temporaryFolder();
    const store = await openIdentityStore(folder);
    const { id, keys } = await hold(store);
    const ended = {
      version: 1,
      path: PATH,
      nonce: text(keys.nonce),
      secret: text(keys.secret),
      reason: "revoked",
      endedMs: Date.now(),
      downloads: 0,
    };
    await writeFile(join(folder, "ended", `${id}.json`), JSON.stringify(ended));
    expect((await store.links.list()).map((record) => [record.id, record.ended])).toEqual([[id, "revoked"]]);
    const next = await hold(store);
    expect(next.id).not.toBe(id);
    expect((await hold(store)).id).toBe(next.id);
  });
});

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");

describe("ended links", () => {
  test("are kept for 30 days, also those whose time was over while no daemon ran", async () => {
    const store = await createEphemeralStore();
    const now = Date.now();
    const { id } = await hold(store, { expiresMs: now + 1000 });
    setTime(now + DAY_MS);
    expect(await store.links.ended()).toMatchObject([{ id, reason: "expired" }]);
    setTime(now + 31 * DAY_MS + 1);
    expect(await store.links.ended()).toEqual([]);
  });

  test("are at most 256, the latest", async () => {
    const store = await createEphemeralStore();
    for (let count = 0; count < 258; count += 1) {
      setTime(1_000_000_000_000 + count);
      await store.links.end(PATH, (await hold(store)).id, "revoked");
    }
    const ended = await store.links.ended();
    expect([ended.length, ended[0]?.endedMs, ended.at(-1)?.endedMs]).toEqual([256, 1_000_000_000_257, 1_000_000_000_002]);
  });
});

test("one damaged file of a share hides no other share from the list; damaged terms are no terms", async () => {
  const folder = await temporaryFolder();
  const store = await openIdentityStore(folder);
  await hold(store, { maxDownloads: 1 });
  const other = await store.links.hold("/b", {
    request: { path: ["/b"] },
    isFolder: true,
    page: "https://p.example",
    relay: "https://r.example",
  });
  const [damaged = ""] = (await readdir(join(folder, "shares"))).filter((name) => name.endsWith(".record"));
  await writeFile(join(folder, "shares", damaged), '{"version":1,"terms":{}}');
  const listed = (await store.links.list()).map(({ id }) => id);
  expect(listed).toHaveLength(1);
  const broken =
    listed[0] === other.id ? hold(store) : store.links.hold("/b", { request: { path: ["/b"] }, isFolder: true, page: "", relay: "" });
  await expect(broken).rejects.toMatchObject({ name: "StateError", reason: "damaged" });
});

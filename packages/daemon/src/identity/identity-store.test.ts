import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { computeShareId } from "@rangecast/signal";
import { describe, expect, test } from "vitest";
import { createEphemeralStore, type IdentityStore, openIdentityStore } from "./identity-store.ts";
import type { HeldLink } from "./share-records.ts";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";

const hold = (store: IdentityStore, path: string): Promise<HeldLink> =>
  store.links.hold(path, { request: { path: [path] }, isFolder: false, page: "https://page.example", relay: "https://relay.example" });

async function shareId(store: IdentityStore, path: string): Promise<string> {
  const { id, keys } = await hold(store, path);
  expect(await computeShareId(store.identity.publicKey, keys.nonce)).toBe(id);
  return id;
}

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  return names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe("a store in a folder", () => {
  test("gives a restarted daemon the same share id and secret for the same path, and different ones for other paths", async () => {
    const folder = join(await temporaryFolder(), "state", "rangecast");
    const first = await openIdentityStore(folder);
    const [id, keys] = [await shareId(first, "film.mp4"), (await hold(first, "film.mp4")).keys];
    const second = await openIdentityStore(folder);
    expect(second.identity.publicKey).toEqual(first.identity.publicKey);
    expect(await shareId(second, join(process.cwd(), "film.mp4"))).toBe(id);
    expect((await hold(second, "film.mp4")).keys).toEqual(keys);
    expect(await shareId(second, "other.mp4")).not.toBe(id);
  });

  test.skipIf(process.platform === "win32")("creates files that only their owner can read", async () => {
    const folder = join(await temporaryFolder(), "state");
    const store = await openIdentityStore(folder);
    await hold(store, "film.mp4");
    const files = await filesIn(folder);
    expect(files).toHaveLength(3);
    for (const file of files) expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o077).toBe(0);
  });

  test.skipIf(process.platform === "win32")("corrects the mode of files that others can read", async () => {
    const folder = await temporaryFolder();
    await openIdentityStore(folder);
    await chmod(join(folder, "identity.json"), 0o644);
    await openIdentityStore(folder);
    expect((await stat(join(folder, "identity.json"))).mode & 0o777).toBe(0o600);
  });

  test("gives daemons that start at once the same identity, and the same keys for a path", async () => {
    const folder = await temporaryFolder();
    const stores = await Promise.all(Array.from({ length: 8 }, () => openIdentityStore(folder)));
    const ids = await Promise.all(stores.map((store) => shareId(store, "film.mp4")));
    expect(new Set(ids).size).toBe(1);
    expect(await filesIn(folder)).toHaveLength(3);
  });

  test("gives a path another link when its link has ended", async () => {
    const store = await openIdentityStore(await temporaryFolder());
    const id = await shareId(store, "film.mp4");
    await store.links.end("film.mp4", id, "revoked");
    const next = await shareId(store, "film.mp4");
    expect(next).not.toBe(id);
    await store.links.end("film.mp4", id, "revoked");
    expect(await shareId(store, "film.mp4")).toBe(next);
  });

  test.each(["", "{", "[]", "{}", '{"version":2}', '{"version":1,"key":{"kty":"EC"}}'])(
    "with a damaged identity (%s) is refused and left unchanged",
    async (text) => {
      const folder = await temporaryFolder();
      await writeFile(join(folder, "identity.json"), text);
      await expect(openIdentityStore(folder)).rejects.toMatchObject({ name: "StateError", reason: "damaged" });
      expect(await readFile(join(folder, "identity.json"), "utf8")).toBe(text);
    },
  );

  test("with damaged keys of a share refuses that share", async () => {
    const folder = await temporaryFolder();
    const store = await openIdentityStore(folder);
    await hold(store, "film.mp4");
    const keys = (await filesIn(join(folder, "shares"))).find((file) => file.endsWith(".json")) ?? "";
    await writeFile(keys, '{"version":1,"nonce":"AAAA","secret":"BBBB"}');
    await expect(hold(store, "film.mp4")).rejects.toMatchObject({ reason: "damaged" });
  });

  test("that can't be created or read is refused by name", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "file"), "");
    await expect(openIdentityStore(join(folder, "file"))).rejects.toMatchObject({ name: "StateError", reason: "unwritable" });
    await mkdir(join(folder, "state", "identity.json"), { recursive: true });
    await expect(openIdentityStore(join(folder, "state"))).rejects.toMatchObject({ name: "StateError", reason: "unreadable" });
  });
});

test("an ephemeral store keeps a path's keys only in memory", async () => {
  const store = await createEphemeralStore();
  const id = await shareId(store, "film.mp4");
  expect(await shareId(store, "film.mp4")).toBe(id);
  expect(await shareId(await createEphemeralStore(), "film.mp4")).not.toBe(id);
  await store.links.end("film.mp4", id, "revoked");
  expect(await shareId(store, "film.mp4")).not.toBe(id);
});

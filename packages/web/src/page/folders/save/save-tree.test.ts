import { expect, test } from "vitest";
import { columnsOf } from "../../../../test/columns.ts";
import { FakeFile, FakeFolder } from "../../../../test/fake-local-folder.ts";
import { listingOf } from "../list/listing.ts";
import { type SaveEvent, saveTree } from "./save-tree.ts";
import { SourceError, type TreeSource } from "./tree-source.ts";

const TREE: Readonly<Record<string, readonly string[]>> = {
  "": ["Empty/", "Season 1/", "a.txt", "b.txt", "c.txt"],
  Empty: [],
  "Season%201": ["1.mp4", "2.mp4"],
};

/** Files have as many bytes as their index in the list, and the values of the length of their path. */
function source(more: Partial<TreeSource> = {}): TreeSource & { readonly reads: string[] } {
  const reads: string[] = [];
  return {
    reads,
    list: async (path) => {
      const names = TREE[path];
      if (!names) throw new SourceError("not-found", false);
      return listingOf(columnsOf(...names));
    },
    facts: () => Promise.reject(new Error("only large files need them")),
    read: async (path, _etag, from) => {
      reads.push(`${path} from ${from}`);
      const name = decodeURIComponent(path.split("/").at(-1) ?? "");
      const folder = path.includes("/") ? (path.split("/")[0] ?? "") : "";
      return new Blob([new Uint8Array(TREE[folder]?.indexOf(name) ?? 0).fill(path.length)]).stream();
    },
    ...more,
  };
}

async function save(target: FakeFolder, from: TreeSource = source(), names?: ReadonlySet<string>, signal = new AbortController().signal) {
  const events: SaveEvent[] = [];
  await saveTree({ source: from, path: "", names, target, signal, onProgress: (event) => events.push(event) });
  return (type: SaveEvent["type"]): string[] =>
    events.flatMap((event) => (event.type === type && "name" in event ? [event.name] : [])).sort();
}

test("a tree is saved with its empty folders, and the same again skips what is there", async () => {
  const target = new FakeFolder("t");
  const first = await save(target);
  expect(target.names().sort()).toEqual(["Empty/", "Season 1/", "Season 1/1.mp4", "Season 1/2.mp4", "a.txt", "b.txt", "c.txt"]);
  expect(first("saved")).toEqual(["1.mp4", "2.mp4", "a.txt", "b.txt", "c.txt"]);
  expect((target.entries.get("c.txt") as FakeFile).bytes).toEqual(new Uint8Array(4).fill(5));
  const again = source();
  const second = await save(target, again);
  expect([second("saved"), second("skipped").length, again.reads]).toEqual([[], 5, []]);
});

test("only what is selected is saved", async () => {
  const target = new FakeFolder("t");
  await save(target, source(), new Set(["Season%201", "b.txt"]));
  expect(target.names().sort()).toEqual(["Season 1/", "Season 1/1.mp4", "Season 1/2.mp4", "b.txt"]);
});

test("another file with the same name is left alone; one that is empty is what an interruption left", async () => {
  const target = new FakeFolder("t");
  target.put("A.txt", new Uint8Array(7), 1e15);
  // The host's b.txt has the same size, and was changed at 3000.
  target.put("b.txt", new Uint8Array(3), 2999);
  target.put("c.txt", new Uint8Array(), 0);
  target.put("Season 1", new Uint8Array(1), 0);
  const saved = await save(target);
  expect(saved("kept")).toEqual(["Season 1", "a.txt", "b.txt"]);
  expect(saved("saved")).toEqual(["c.txt"]);
  expect((target.entries.get("A.txt") as FakeFile).bytes).toHaveLength(7);
});

test("a file that can't be read or written doesn't stop the others, and leaves nothing", async () => {
  const target = new FakeFolder("t");
  const working = source();
  const saved = await save(
    target,
    source({
      read: async (path, ...rest) => {
        if (path === "a.txt") throw new SourceError("status 404", false);
        if (path !== "b.txt") return working.read(path, ...rest);
        return new ReadableStream({ pull: (controller) => controller.error(new TypeError("network error")) });
      },
      list: async (path, signal) => {
        if (path === "Season%201") throw new SourceError("unreadable", false);
        return working.list(path, signal);
      },
    }),
  );
  expect(saved("failed")).toEqual(["Season 1", "a.txt", "b.txt"]);
  expect(target.names().sort()).toEqual(["Empty/", "Season 1/", "c.txt"]);
});

test("a full disk and an abort end all", async () => {
  const full = new FakeFolder("t");
  full.room = 3;
  await expect(save(full)).rejects.toMatchObject({ name: "QuotaExceededError" });
  const stop = new AbortController();
  stop.abort(new Error("stopped"));
  await expect(save(new FakeFolder("t"), source(), undefined, stop.signal)).rejects.toThrow("stopped");
});

test("the folder itself must be readable", async () => {
  const gone = source({ list: async () => Promise.reject(new SourceError("not-found", false)) });
  await expect(save(new FakeFolder("t"), gone)).rejects.toThrow("not-found");
});

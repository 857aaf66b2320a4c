import { expect, test } from "vitest";
import { FakeFile, FakeFolder } from "../../../../test/fake-local-folder.ts";
import type { Entry } from "../list/listing.ts";
import { LocalEntries } from "./local-folder.ts";
import { PART_FROM_BYTES, saveFile } from "./save-file.ts";
import type { TreeSource } from "./tree-source.ts";

/** Large by its listed size; by now it is smaller, which is faster to test. */
const SIZE = 100_000;
const CONTENT = Uint8Array.from({ length: SIZE }, (_value, index) => index % 251);
const CUT = 60_000;
const never = new AbortController().signal;
const entry: Entry = {
  name: "film.mp4",
  exact: undefined,
  kind: "video",
  size: PART_FROM_BYTES,
  modifiedMs: 1000,
  folded: "film.mp4",
  key: "film.mp4",
};

/** A host whose connection ends at a byte, once. */
function host(etag: string | undefined, cutAt = SIZE): TreeSource & { readonly starts: number[] } {
  let end = cutAt;
  const starts: number[] = [];
  return {
    starts,
    list: () => Promise.reject(new Error("not listed")),
    facts: async () => ({ size: SIZE, etag }),
    read: async (_path, _etag, from) => {
      starts.push(from);
      const [until, isCut] = [end, end < SIZE];
      end = SIZE;
      let at = from;
      return new ReadableStream({
        pull: (controller) => {
          if (at < until) controller.enqueue(CONTENT.slice(at, (at = Math.min(until, at + 10_000))));
          else if (isCut) controller.error(new TypeError("network error"));
          else controller.close();
        },
      });
    },
  };
}

async function save(folder: FakeFolder, source: TreeSource): Promise<string> {
  return saveFile(
    { entry, path: "film.mp4", folder, name: "film.mp4", local: await LocalEntries.read(folder) },
    source,
    () => undefined,
    never,
  );
}

test("a large file goes on at the byte where it was interrupted, and its part then gets its name", async () => {
  const folder = new FakeFolder("t");
  const source = host("1", CUT);
  await expect(save(folder, source)).rejects.toThrow("network error");
  expect(folder.names()).toEqual([expect.stringMatching(/^film\.mp4\.[\da-f]{12}\.rangecast-part$/u)]);
  expect(await save(folder, source)).toBe("saved");
  expect(source.starts).toEqual([0, CUT]);
  expect(folder.names()).toEqual(["film.mp4"]);
  expect(Buffer.compare((folder.entries.get("film.mp4") as FakeFile).bytes, CONTENT)).toBe(0);
});

test.each<[string, string | undefined, string | undefined]>([
  ["of another version", "1", "2"],
  ["whose version is unknown", undefined, undefined],
])("a part %s is removed, and the file read from its start", async (_name, before, after) => {
  const folder = new FakeFolder("t");
  await expect(save(folder, host(before, CUT))).rejects.toThrow("network error");
  const source = host(after);
  await save(folder, source);
  expect(source.starts).toEqual([0]);
  expect(folder.names()).toEqual(["film.mp4"]);
});

test("a part is renamed where the browser can do that", async () => {
  const folder = new FakeFolder("t");
  const moved: string[] = [];
  const getFileHandle = folder.getFileHandle.bind(folder);
  folder.getFileHandle = async (name) => Object.assign(await getFileHandle(name), { move: async (to: string) => void moved.push(to) });
  await save(folder, host("1"));
  expect(moved).toEqual(["film.mp4"]);
});

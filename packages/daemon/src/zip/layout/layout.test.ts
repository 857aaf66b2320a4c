import { describe, expect, test } from "vitest";
import { layoutOf, MemoryFolder } from "../../testing/zip-bench.ts";
import { NO_PARENT } from "./layout.ts";
import { type FoundEntry, LayoutBuilder } from "./layout-builder.ts";

const version = { size: 10n, modifiedNs: 1_700_000_000_000_000_000n, changedNs: 1n, inode: 1n, device: 1n };
const entry = (name: string, size: bigint = 10n): FoundEntry => ({ name: Buffer.from(name), kind: "file", version: { ...version, size } });

describe("X-18: the layout of a zip", () => {
  test("finds what is at each offset", async () => {
    const layout = await layoutOf(new MemoryFolder({ "a/b": "12345" }));
    const parts: string[] = [];
    for (let offset = 0; offset < layout.size; offset += 1) {
      const place = layout.placeAt(offset);
      const name = `${place.part} ${"index" in place ? place.index : ""}`.trim();
      if (place.within === 0) parts.push(`${name}: ${offset}`);
    }
    // Header of a/: 30 + 2 + 9. Header of a/b: 30 + 3 + 9. Content: 5. Descriptor: 16. Directory: 46 + 2 + 9, 46 + 3 + 9.
    expect(parts).toEqual([
      "header 0: 0",
      "header 1: 41",
      "content 1: 83",
      "descriptor 1: 88",
      "central 0: 104",
      "central 1: 161",
      "end: 219",
    ]);
    expect(layout.size).toBe(219 + 22);
  });

  test("of many files takes less than 100 bytes a file, and finds each of them", () => {
    const count = 20_000;
    const builder = new LayoutBuilder();
    const entries = Array.from({ length: count }, (_, index) => entry(`photo-${index}.jpeg`));
    const add = builder.folder(NO_PARENT, entries);
    for (let index = 0; index < count; index += 1) add(index);
    const layout = builder.finish();
    expect(layout.memoryBytes / count).toBeLessThan(100);
    for (const index of [0, 1, 9999, 19_999]) {
      expect(layout.placeAt(layout.entryAt(index).offset)).toEqual({ part: "header", index, within: 0 });
      expect(layout.diskPathOf(index).toString()).toBe(`photo-${index}.jpeg`);
    }
  });

  test("is exact for files of petabytes", () => {
    const builder = new LayoutBuilder();
    const add = builder.folder(NO_PARENT, [entry("a", 2n ** 51n), entry("b", 2n ** 51n)]);
    add(0);
    add(1);
    const layout = builder.finish();
    const header = 30 + 1 + 9 + 20;
    expect(layout.entryAt(1).offset).toBe(header + 2 ** 51 + 24);
    expect(layout.placeAt(header + 2 ** 51 - 1)).toEqual({ part: "content", index: 0, within: 2 ** 51 - 1 });
    expect(layout.placeAt(header + 2 ** 51)).toEqual({ part: "descriptor", index: 0, within: 0 });
  });
});

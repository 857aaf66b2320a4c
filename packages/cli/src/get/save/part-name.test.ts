import { describe, expect, it } from "vitest";
import { partName, relationOf } from "./part-name.ts";

const KEY = { shareId: "AAAAAAAAAAAAAAAAAAAAAA", etag: '"one"', size: 1000 };

describe("partName", () => {
  it("begins with the file's name, and ends with the suffix", () => {
    expect(partName("film.mp4", KEY)).toMatch(/^film\.mp4\.[0-9a-f]{12}-[0-9a-f]{24}\.rangecast-part$/);
  });

  it("fits every file system, however long the name", () => {
    const name = partName("é".repeat(127), KEY);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(relationOf(name, KEY)).toBe("same");
  });
});

describe("relationOf", () => {
  const name = partName("film.mp4", KEY);

  it.each<[string, Partial<typeof KEY>, string]>([
    ["the same share and version", {}, "same"],
    ["another validator", { etag: '"two"' }, "other-version"],
    ["another size", { size: 1001 }, "other-version"],
    ["another share with the same validator", { shareId: "BBBBBBBBBBBBBBBBBBBBBB" }, "none"],
  ])("knows %s", (_what, change, relation) => {
    expect(relationOf(name, { ...KEY, ...change })).toBe(relation);
  });

  it("finds the part under any name", () => {
    expect(relationOf(partName("other.mkv", KEY), KEY)).toBe("same");
  });

  it.each(["film.mp4", "film.mp4.rangecast-part", `${name}.txt`, ""])("ignores %j", (other) => {
    expect(relationOf(other, KEY)).toBe("none");
  });
});

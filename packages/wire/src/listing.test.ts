import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isEntryName } from "@rangecast/base";
import { decodeList, encodeList, type FolderList, type ListEntry } from "./listing.ts";

interface ComparableList {
  readonly entries: readonly (Omit<ListEntry, "name"> & { readonly name: string })[];
  readonly skipped: number;
}
const vectors = JSON.parse(readFileSync(new URL("../test-data/listing.json", import.meta.url), "utf8")) as {
  valid: { name: string; text: string; list: ComparableList; reencodes?: boolean }[];
  invalid: { name: string; text: string }[];
};
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
const comparable = ({ entries, skipped }: FolderList): ComparableList => ({
  entries: entries.map((entry) => ({ ...entry, name: Buffer.from(entry.name).toString("hex") })),
  skipped,
});

describe("X-15: the vectors of lists", () => {
  test.each(vectors.valid)("decode and encode: $name", ({ text, list, reencodes }) => {
    const decoded = decodeList(bytesOf(text));
    expect(comparable(decoded)).toEqual(list);
    if (reencodes !== false) expect(textOf(encodeList(decoded))).toBe(text);
  });

  test.each(vectors.invalid)("refuse: $name", ({ text }) => {
    expect(() => decodeList(bytesOf(text))).toThrow(expect.objectContaining({ name: "WireError", reason: "bad-list" }));
  });

  test("refuse: bytes that are no UTF-8", () => {
    expect(() => decodeList(Uint8Array.of(0xff, 0x0a))).toThrow(expect.objectContaining({ reason: "bad-list" }));
  });
});

test("X-15: a list of any names is decoded as it was, in the order of their bytes", () => {
  const name = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.string({ minLength: 1, unit: "binary" }).map(bytesOf));
  const entry = fc.record<ListEntry>({
    name: name.filter(isEntryName).map((bytes) => Uint8Array.from(bytes)),
    kind: fc.constant("file"),
    size: fc.maxSafeNat(),
    modifiedMs: fc.maxSafeInteger(),
  });
  const entries = fc.uniqueArray(entry, { selector: (item) => Buffer.from(item.name).toString("hex"), maxLength: 10 });
  fc.assert(
    fc.property(entries, fc.maxSafeNat(), (given, skipped) => {
      const decoded = decodeList(encodeList({ entries: given, skipped }));
      expect(decoded).toEqual({ entries: given.toSorted((one, other) => Buffer.compare(one.name, other.name)), skipped });
    }),
    { numRuns: 30 },
  );
});

import { expect, test } from "vitest";
import { compareVersions, etagOf, type FileVersion } from "./file-version.ts";

const announced: FileVersion = { size: 100n, modifiedNs: 5_000_000_001n, changedNs: 6_000_000_001n, inode: 7n, device: 1n };

test.each<[string, FileVersion, FileVersion | undefined]>([
  ["same", announced, announced],
  ["shrunk", { ...announced, size: 99n, modifiedNs: 6n }, announced],
  ["grown", { ...announced, size: 101n, modifiedNs: 6n }, announced],
  ["rewritten", { ...announced, modifiedNs: 5_000_000_002n }, announced],
  ["rewritten", { ...announced, changedNs: 6_000_000_002n }, announced],
  ["gone", { ...announced, changedNs: 6_000_000_002n }, undefined],
  ["replaced", { ...announced, changedNs: 6_000_000_002n }, { ...announced, inode: 8n }],
  ["gone", { ...announced, size: 101n }, undefined],
  ["replaced", announced, { ...announced, inode: 8n }],
  ["replaced", announced, { ...announced, device: 2n }],
  ["gone", announced, undefined],
])("a file that is %s is recognized", (change, open, named) => {
  expect(compareVersions(announced, open, named)).toBe(change);
});

test("an etag is a quoted strong validator, and differs when size, mtime, ctime, inode or device do", () => {
  const others: FileVersion[] = [
    { ...announced, size: 101n },
    { ...announced, modifiedNs: 5_000_000_002n },
    { ...announced, changedNs: 6_000_000_002n },
    { ...announced, inode: 8n },
    { ...announced, device: 2n },
  ];
  const etags = [announced, ...others].map(etagOf);
  expect(new Set(etags).size).toBe(6);
  expect(etagOf({ ...announced })).toBe(etags[0]);
  expect(etags[0]).toMatch(/^"[\w-]{22}"$/u);
});

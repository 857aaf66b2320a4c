import { describe, expect, test } from "vitest";
import { listPath, readMadePath, zipPath } from "./folder-path.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));
const text = (path: Uint8Array | undefined): string => Buffer.from(path ?? []).toString("latin1");

describe("X-14: a made resource", () => {
  test("has the folder's path, then // and its kind", () => {
    expect(text(listPath(bytes("")))).toBe("//list");
    expect(text(listPath(bytes("Season 1/\xe9")))).toBe("Season 1/\xe9//list");
    expect(text(zipPath(bytes("a")))).toBe("a//zip");
  });

  test.each([
    ["//list", "", "list"],
    ["a/b//zip", "a/b", "zip"],
    ["a///list", "a", "/list"],
    ["a//", "a", ""],
    ["a//b//list", "a", "b//list"],
  ])("%j is split at the first //", (path, folder, kind) => {
    const made = readMadePath(bytes(path));
    expect([text(made?.folder), text(made?.kind)]).toEqual([folder, kind]);
  });

  test.each(["", "a", "a/b", "/"])("%j is none", (path) => {
    expect(readMadePath(bytes(path))).toBeUndefined();
  });
});

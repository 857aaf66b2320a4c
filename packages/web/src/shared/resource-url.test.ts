import { describe, expect, test } from "vitest";
import { encodePath, formatEtag, formatPathUrl, formatResourceUrl, parseResourceUrl, pathBytes, rootPath } from "./resource-url.ts";

const root = { clientId: "5b0c3c2e-8d0f-4f0e-9d55-0f1d3f6d9b11", share: "s-1_x", resource: "0", version: "2" };
const at = (path: string): URL => new URL(path, "https://page.example");

describe("a root's URL", () => {
  test.each(["film.mp4", "naïve 🎉.bin", "../../a/b", "100%.txt", "a?b#c", "\ud800", ""])("can be parsed with the name %j", (name) => {
    const path = rootPath(name);
    expect(parseResourceUrl(at(formatResourceUrl(root, name)))).toEqual({ ...root, path, download: false });
    expect(parseResourceUrl(at(formatResourceUrl(root, name, { download: true })))).toEqual({ ...root, path, download: true });
  });

  test("is in the page's folder", () => {
    const path = formatResourceUrl(root, "a.mp4", { base: "/cast/" });
    expect(path).toMatch(/^\/cast\/_rangecast\//u);
    expect(parseResourceUrl(at(path), "/cast/")).toEqual({ ...root, path: "a.mp4", download: false });
    expect(parseResourceUrl(at(path))).toBeUndefined();
    expect(parseResourceUrl(at(formatResourceUrl(root, "a.mp4")), "/cast/")).toBeUndefined();
  });

  test("has the documented form", () => {
    expect(formatResourceUrl({ clientId: "c", share: "s", resource: "0", version: "1" }, "a b.mp4", { download: true })).toBe(
      "/_rangecast/c/s/0@1/a%20b.mp4?download",
    );
  });

  test.each([
    ["v0/seg1.ts", "v0/seg1.ts"],
    ["./a%20b.vtt", "a%20b.vtt"],
    ["/_rangecast/c/s/0@1/x/../y.ts", "y.ts"],
  ])("is what a relative name such as %s is resolved against", (name, path) => {
    const url = new URL(name, at(formatResourceUrl({ clientId: "c", share: "s", resource: "0", version: "1" }, "list.m3u8")));
    expect(parseResourceUrl(url)).toEqual({ clientId: "c", share: "s", resource: "0", version: "1", path, download: false });
  });
});

test.each([
  "/",
  "/s/abc",
  "/_rangecast/",
  "/_rangecast/c",
  "/_rangecast/c/s/0/name",
  "/_rangecast/c/0@1/name",
  "/_rangecast/c/s/0@/name",
  "/_rangecast/c/s/@1/name",
  "/_rangecast/c/s/0@1",
  "/_rangecast/c/s/0@1/",
  "/_rangecast/c/s/0@1/../name",
  "/_rangecast/c%2Fd/s/0@1/name",
  `/_rangecast/${"c".repeat(65)}/s/0@1/name`,
  `/_rangecast/c/s/0@1/${"a".repeat(12_289)}`,
  "/x/_rangecast/c/s/0@1/name",
])("%s is not a resource's URL", (path) => {
  expect(parseResourceUrl(at(path))).toBeUndefined();
});

test("a query other than ?download is ignored", () => {
  expect(parseResourceUrl(at("/_rangecast/c/s/0@1/name?x=1"))?.download).toBe(false);
});

test.each([
  ["a/b.vtt", "a/b.vtt"],
  ["a%20b%C3%BC", "a bü"],
  ["100%", "100%"],
  ["%zz", "%zz"],
])("the path %s has the bytes of %s", (path, text) => {
  expect(pathBytes(path)).toEqual(new TextEncoder().encode(text));
});

test("a path's bytes need not be UTF-8, and a slash can't be hidden in it", () => {
  expect(pathBytes("a%FF")).toEqual(Uint8Array.of(0x61, 0xff));
  expect(pathBytes("a%2Fb")).toBeUndefined();
  expect(pathBytes("a%2fb")).toBeUndefined();
  expect(pathBytes("%41".repeat(4096))).toHaveLength(4096);
  expect(pathBytes("a".repeat(4097))).toBeUndefined();
});

test.each(['"v1"', "W/'\u00fc&=?#%", "\ud800x"])("the URL of another resource has its path and its validator %j", (etag) => {
  const path = "Season%201//zip";
  const url = at(formatPathUrl(root, path, { etag, download: true }));
  expect(parseResourceUrl(url)).toEqual({ ...root, path, download: true, etag: formatEtag(etag) });
  expect(parseResourceUrl(at(formatPathUrl(root, path)))).toEqual({ ...root, path, download: false });
  expect(parseResourceUrl(at(formatPathUrl(root, path, { etag, background: true })))).toMatchObject({
    download: false,
    background: true,
    etag: formatEtag(etag),
  });
});

test("any bytes of a path are encoded as a URL keeps them, and decoded again", () => {
  const bytes = Uint8Array.from({ length: 255 }, (_value, index) => index + 1);
  const encoded = encodePath(bytes);
  expect(pathBytes(new URL(`https://x.example/${encoded}`).pathname.slice(1))).toEqual(bytes);
  const text = "Für (1) 'a'!~*/ü.mp4";
  expect(encodePath(new TextEncoder().encode(text))).toBe(text.split("/").map(encodeURIComponent).join("/"));
});

import { describe, expect, test } from "vitest";
import { formatFileUrl, parseFileUrl } from "./file-url.ts";

const address = { clientId: "5b0c3c2e-8d0f-4f0e-9d55-0f1d3f6d9b11", fileId: "0", version: "2" };
const at = (path: string): URL => new URL(path, "https://page.example");

describe("a file's URL", () => {
  test.each(["film.mp4", "naïve 🎉.bin", "../../a/b", "100%.txt", "a?b#c", "\ud800", ""])("can be parsed with the name %j", (name) => {
    expect(parseFileUrl(at(formatFileUrl(address, name)))).toEqual({ ...address, download: false });
    expect(parseFileUrl(at(formatFileUrl(address, name, { download: true })))).toEqual({ ...address, download: true });
  });

  test("is in the page's folder", () => {
    const path = formatFileUrl(address, "a.mp4", { base: "/cast/" });
    expect(path).toMatch(/^\/cast\/_rangecast\//u);
    expect(parseFileUrl(at(path), "/cast/")).toEqual({ ...address, download: false });
    expect(parseFileUrl(at(path))).toBeUndefined();
    expect(parseFileUrl(at(formatFileUrl(address, "a.mp4")), "/cast/")).toBeUndefined();
  });

  test("has the documented form", () => {
    expect(formatFileUrl({ clientId: "c", fileId: "f", version: "1" }, "a b.mp4", { download: true })).toBe(
      "/_rangecast/c/f@1/a%20b.mp4?download",
    );
  });

  test.each([
    "/",
    "/s/abc",
    "/_rangecast/",
    "/_rangecast/c",
    "/_rangecast/c/f/name",
    "/_rangecast/c/f@/name",
    "/_rangecast/c/@1/name",
    "/_rangecast/c/f@1",
    "/_rangecast/c/f@1/a/b",
    "/_rangecast/c%2Fd/f@1/name",
    `/_rangecast/${"c".repeat(65)}/f@1/name`,
    "/x/_rangecast/c/f@1/name",
  ])("%s is not one", (path) => {
    expect(parseFileUrl(at(path))).toBeUndefined();
  });

  test("a query other than ?download is ignored", () => {
    expect(parseFileUrl(at("/_rangecast/c/f@1/name?x=1"))?.download).toBe(false);
  });
});

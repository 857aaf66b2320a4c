import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fromBase64url } from "@rangecast/base";
import { formatLink, MAX_LINK_CHARACTERS, parseLink } from "./link.ts";

interface Vectors {
  readonly shareId: string;
  readonly secret: string;
  readonly good: readonly {
    readonly name: string;
    readonly text: string;
    readonly page: string;
    readonly relay: string;
    readonly path?: string;
    readonly secretInPath?: true;
  }[];
  readonly refused: readonly { readonly name: string; readonly text: string; readonly reason: string }[];
  readonly paths: readonly { readonly name: string; readonly path: string; readonly text: string }[];
}

const vectors = JSON.parse(readFileSync(new URL("../../test-data/links.json", import.meta.url), "utf8")) as Vectors;

describe("L-13: a link is read as people paste it", () => {
  test.each(vectors.good)("$name", ({ text, page, relay, path, secretInPath }) => {
    const secret = fromBase64url(vectors.secret);
    expect(parseLink(text)).toStrictEqual({
      page,
      relay,
      shareId: vectors.shareId,
      secret,
      ...(path === undefined ? {} : { path: fromBase64url(path) }),
      ...(secretInPath === undefined ? {} : { secretInPath }),
    });
  });
});

describe("L-13: a damaged link is refused with a reason, without any of the secret", () => {
  test.each(vectors.refused)("$name", ({ text, reason }) => {
    expect(() => parseLink(text)).toThrow(expect.objectContaining({ name: "LinkError", reason }));
    expect(() => parseLink(text)).not.toThrow(vectors.secret.slice(0, 8));
  });
});

describe("L-18: a path is written behind #, and read back", () => {
  const base = parseLink(vectors.good[0]?.text ?? expect.fail());
  test.each(vectors.paths)("$name", ({ path, text }) => {
    const link = { ...base, path: fromBase64url(path) ?? expect.fail() };
    expect(formatLink(link)).toBe(`${formatLink(base)}${text}`);
    expect(parseLink(formatLink(link))).toStrictEqual(link);
  });
});

test("L-13: a text that is not a link is refused quickly, whatever it repeats", () => {
  for (const piece of [
    "/s/",
    "http://",
    "https://h/s/",
    "%25",
    "%",
    " ",
    "\n",
    "> ",
    "&relay=",
    "&path=",
    "https://h/s/AAAAAAAAAAAAAAAAAAAAAA#v1.",
  ]) {
    expect(() => parseLink(piece.repeat(Math.floor(MAX_LINK_CHARACTERS / piece.length)))).toThrow("link");
  }
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toBase64url } from "@rangecast/base";
import { formatLink, parseLink } from "./link.ts";

const SECRET = new Uint8Array(32).map((_, index) => 7 * index);
const S = toBase64url(SECRET);
const ID = toBase64url(new Uint8Array(16).map((_, index) => index + 1));
const LINK = `https://page.example/s/${ID}#v1.${S}`;
const PARSED = { page: "https://page.example", relay: "https://page.example", shareId: ID, secret: SECRET };

test("a link is {page}/s/{shareId}#v1.{S}", () => {
  expect(parseLink(LINK)).toEqual(PARSED);
  expect(formatLink(PARSED)).toBe(LINK);
});

test.each([
  ["white space around it", ` \t\u00a0${LINK}\r\n `, PARSED],
  ["a line break in it, from a paste", LINK.replace("/s/", "/s/\n"), PARSED],
  ["a slash at the end of the path", LINK.replace("#", "/#"), PARSED],
  ["slashes at the end of the path", LINK.replace("#", "///#"), PARSED],
  ["a path prefix", LINK.replace("/s/", "/watch/here/s/"), { ...PARSED, page: "https://page.example/watch/here" }],
  ["a path prefix that ends with a slash", LINK.replace("/s/", "/watch//s/"), { ...PARSED, page: "https://page.example/watch" }],
  ["a path prefix /s", LINK.replace("/s/", "/s/s/"), { ...PARSED, page: "https://page.example/s" }],
  [
    "http and a port",
    LINK.replace("https://page.example", "http://127.0.0.1:8080"),
    { ...PARSED, page: "http://127.0.0.1:8080", relay: "http://127.0.0.1:8080" },
  ],
  ["a host in capitals", LINK.replace("page.example", "PAGE.example"), PARSED],
  ["a query that a messenger put there", LINK.replace("#", "?fbclid=x#"), PARSED],
  ["another relay", `${LINK}&relay=https%3A%2F%2Frelay.example%3A8443`, { ...PARSED, relay: "https://relay.example:8443" }],
  ["a relay that is not percent-encoded", `${LINK}&relay=https://relay.example/`, { ...PARSED, relay: "https://relay.example" }],
  ["a relay with a path prefix", `${LINK}&relay=https%3A%2F%2Frelay.example%2Fr%2F`, { ...PARSED, relay: "https://relay.example/r" }],
  ["unknown fields", `${LINK}&t=90&relay=https%3A%2F%2Fr.example`, { ...PARSED, relay: "https://r.example" }],
])("a link with %s is read", (_name, text, parsed) => {
  expect(parseLink(text)).toEqual(parsed);
});

const REFUSED: [string, string, string][] = [
  ["nothing", "", "not-a-link"],
  ["no address", "hello", "not-a-link"],
  ["no scheme", LINK.slice("https://".length), "not-a-link"],
  ["another scheme", LINK.replace("https:", "ftp:"), "not-a-link"],
  ["a script", `javascript:alert(1)/s/${ID}#v1.${S}`, "not-a-link"],
  ["a file", `file:///s/${ID}#v1.${S}`, "not-a-link"],
  ["a user name", LINK.replace("//", "//user:word@"), "not-a-link"],
  ["no share's path", LINK.replace("/s/", "/t/"), "not-a-link"],
  ["more behind the share id", LINK.replace("#", "/more#"), "not-a-link"],
  ["no share id", LINK.replace(ID, ""), "not-a-link"],
  ["far too much text", `${LINK}&x=${"y".repeat(20_000)}`, "not-a-link"],
  ["a share id cut short", LINK.replace(ID, ID.slice(1)), "bad-share-id"],
  ["a share id that is too long", LINK.replace(ID, `${ID}A`), "bad-share-id"],
  ["a share id with stray bits", LINK.replace(ID, `${ID.slice(0, -1)}B`), "bad-share-id"],
  ["a share id of other characters", LINK.replace(ID, `${ID.slice(0, -1)}.`), "bad-share-id"],
  ["no fragment", LINK.slice(0, LINK.indexOf("#")), "incomplete"],
  ["an empty fragment", LINK.slice(0, LINK.indexOf("#") + 1), "incomplete"],
  ["no secret", LINK.slice(0, -S.length), "incomplete"],
  ["a version alone", LINK.slice(0, -S.length - 1), "incomplete"],
  ["a secret without its version", LINK.replace("v1.", ""), "incomplete"],
  ["version 2", LINK.replace("v1.", "v2."), "wrong-version"],
  ["version 11", LINK.replace("v1.", "v11."), "wrong-version"],
  ["a secret cut short", LINK.slice(0, -1), "bad-secret"],
  ["a secret that is too long", `${LINK}AAAA`, "bad-secret"],
  ["a secret with stray bits", `${LINK.slice(0, -1)}B`, "bad-secret"],
  ["a relay that is not an address", `${LINK}&relay=relay.example`, "bad-relay"],
  ["a relay of another scheme", `${LINK}&relay=ws%3A%2F%2Frelay.example`, "bad-relay"],
  ["a relay that can't be decoded", `${LINK}&relay=%ff`, "bad-relay"],
  ["an empty relay", `${LINK}&relay=`, "bad-relay"],
];

describe("a link is refused with a reason", () => {
  test.each(REFUSED)("%s", (_name, text, reason) => {
    expect(() => parseLink(text)).toThrow(expect.objectContaining({ name: "LinkError", reason }));
  });
});

test("L-9: no error contains any of the secret", () => {
  const pieces = (text: string): string[] =>
    Array.from({ length: Math.max(0, text.length - 7) }, (_, start) => text.slice(start, start + 8));
  let checked = 0;
  for (const [, text] of REFUSED) {
    try {
      parseLink(text);
    } catch (error) {
      const told = `${String(error)}${(error as Error).stack ?? ""}${JSON.stringify(error)}${String((error as Error).cause)}`;
      for (const piece of pieces(S)) expect(told).not.toContain(piece);
      checked += 1;
    }
  }
  expect(checked).toBe(REFUSED.length);
});

test.each([
  ["a page of another scheme", { page: "ftp://page.example" }],
  ["an invalid relay", { relay: "relay" }],
  ["an invalid share id", { shareId: "short" }],
  ["a secret of another length", { secret: SECRET.subarray(1) }],
  ["a path upwards", { path: new TextEncoder().encode("a/../b") }],
])("formatting %s throws a RangeError", (_name, fields) => {
  expect(() => formatLink({ ...PARSED, ...fields })).toThrow(RangeError);
});

test("a formatted link is parsed to the same values, whatever the page, the relay and the path", () => {
  const origin = fc
    .webAuthority({ withPort: true })
    .chain((authority) => fc.constantFrom("http", "https").map((scheme) => new URL(`${scheme}://${authority}`).origin));
  const prefix = fc
    .array(fc.webSegment().filter((segment) => segment !== "" && !/^(?:\.|%2e){1,2}$/iu.test(segment)))
    .map((segments) => segments.map((segment) => `/${segment}`).join(""));
  const address = fc.tuple(origin, prefix).map(([first, path]) => first + new URL(`http://x${path}`).pathname.replace(/\/$/u, ""));
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Uint8Array.from(array));
  const name = fc
    .uint8Array({ minLength: 1, maxLength: 20 })
    .filter((array) => !array.includes(0) && !array.includes(0x2f) && !/^\.{1,2}$/u.test(String.fromCharCode(...array)));
  const path = fc
    .array(name, { minLength: 1, maxLength: 4 })
    .map((names) => Uint8Array.from(names.flatMap((one) => [0x2f, ...one]).slice(1)));
  fc.assert(
    fc.property(address, fc.option(address), bytes(16), bytes(32), fc.option(path), (page, other, id, secret, within) => {
      const paths = within === null ? {} : { path: within };
      const link = { page, relay: other ?? new URL(page).origin, shareId: toBase64url(id), secret, ...paths };
      expect(parseLink(formatLink(link))).toEqual(link);
    }),
  );
});

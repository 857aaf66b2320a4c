import { describe, expect, test } from "vitest";
import { pageBase, readAddress } from "./address.ts";

const SHARE = "https://page.example/s/AAAAAAAAAAAAAAAAAAAAAA";
const SECRET = "A".repeat(43);

test("the root is the home page", () => {
  expect(readAddress("https://page.example/")).toEqual({ kind: "home" });
});

test("a whole link is a share", () => {
  expect(readAddress(`${SHARE}#v1.${SECRET}`)).toMatchObject({ kind: "share", link: { relay: "https://page.example" } });
});

test.each([
  ["/", "/"],
  ["/s/AAAA", "/"],
  ["/cast/s/AAAA", "/cast/"],
  ["/a/b/s/AAAA/", "/a/b/"],
  ["/s/s/AAAA", "/s/"],
  ["/plain/s", "/"],
  ["/cast/plain/1", "/cast/"],
])("the page at %s is in the folder %s", (path, base) => {
  expect(pageBase(path)).toBe(base);
});

test("a page may be served under a path", () => {
  const address = readAddress(`https://page.example/cast/s/AAAAAAAAAAAAAAAAAAAAAA#v1.${SECRET}`);
  expect(address).toMatchObject({ kind: "share", link: { page: "https://page.example/cast", relay: "https://page.example" } });
  expect(readAddress("https://page.example/cast/plain/s1#key=K")).toMatchObject({ kind: "plain", sessionId: "s1" });
  expect(readAddress("https://page.example/cast/")).toEqual({ kind: "home" });
});

describe("a link whose # came as %23 is read, and corrected", () => {
  test.each([
    ["alone", `${SHARE}%23v1.${SECRET}`, `${SHARE}#v1.${SECRET}`],
    ["encoded twice", `${SHARE}%2523v1.${SECRET}`, `${SHARE}#v1.${SECRET}`],
    ["with its relay", `${SHARE}%23v1.${SECRET}%26relay%3Dhttps%3A%2F%2Fr.example`, `${SHARE}#v1.${SECRET}&relay=https%3A%2F%2Fr.example`],
    [
      "under a path",
      `https://page.example/cast/s/AAAAAAAAAAAAAAAAAAAAAA%23v1.${SECRET}`,
      `https://page.example/cast/s/AAAAAAAAAAAAAAAAAAAAAA#v1.${SECRET}`,
    ],
    ["of the base protocol", "https://page.example/plain/s1%23key=K", "https://page.example/plain/s1#key=K"],
  ])("%s", (_name, href, repaired) => {
    const address = readAddress(href);
    expect(address).toEqual({ ...readAddress(repaired), ...(address.kind === "share" ? { link: expect.anything() } : {}), repaired });
  });

  test("but a link with extra characters after its fragment is not corrected", () => {
    expect(readAddress(`${SHARE}#v1.${SECRET}%20.`)).not.toHaveProperty("repaired");
  });
});

test("a link may name another relay", () => {
  const address = readAddress(`${SHARE}#v1.${SECRET}&relay=https%3A%2F%2Frelay.example`);
  expect(address).toMatchObject({ link: { relay: "https://relay.example" } });
});

describe("a link", () => {
  test.each([
    ["without a fragment", SHARE, "incomplete"],
    ["with an empty fragment", `${SHARE}#`, "incomplete"],
    ["truncated", `${SHARE}#v1.AAAA`, "invalid"],
    ["of another version", `${SHARE}#v2.${SECRET}`, "invalid"],
    ["with a damaged id", `https://page.example/s/AAAA#v1.${SECRET}`, "invalid"],
  ])("%s is %s", (_name, href, reason) => {
    expect(readAddress(href)).toEqual({ kind: "bad", reason });
  });
});

describe("a session of the base protocol", () => {
  test("is read from its path and its fragment, at the page's own relay or another", () => {
    expect(readAddress("https://page.example/plain/s%201#key=K")).toEqual({
      kind: "plain",
      base: "https://page.example",
      sessionId: "s 1",
      key: "K",
    });
    expect(readAddress("https://page.example/plain/s1#key=K&base=https%3A%2F%2Frelay.example%2Fx")).toMatchObject({
      base: "https://relay.example/x",
    });
  });

  test.each([
    ["without its key", "https://page.example/plain/s1", "incomplete"],
    ["with a relay that is not an http URL", "https://page.example/plain/s1#key=K&base=javascript:alert(1)", "invalid"],
    ["with a damaged id", "https://page.example/plain/%E0%A4%A#key=K", "invalid"],
  ])("%s is refused", (_name, href, reason) => {
    expect(readAddress(href)).toEqual({ kind: "bad", reason });
  });
});

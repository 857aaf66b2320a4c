import { parseLink } from "@rangecast/signal";
import { expect, test } from "vitest";
import { encodePath } from "../../shared/resource-url.ts";
import { hashWithPath, pathOfHash } from "./address-path.ts";

const HASH = `#v1.${"A".repeat(43)}`;
const RELAY = "&relay=https%3A%2F%2Frelay.example";

test.each(["Season%201/a.mp4", "a%FF", "it's%20(1)!/x*.", "a~", "a%26path%3Db"])(
  "the path %s is in the address and can be read again",
  (path) => {
    const hash = hashWithPath(HASH + RELAY, path);
    expect(hash.startsWith(`${HASH}${RELAY}&path=`)).toBe(true);
    expect(pathOfHash(hash)).toBe(path);
    expect(hashWithPath(hash, "b")).toBe(`${HASH}${RELAY}&path=b`);
    expect(hashWithPath(hash, "")).toBe(HASH + RELAY);
  },
);

test.each(["Season%201/a.mp4", "a%FF", "it's%20(1)!/x*."])("a link with the path %s is understood elsewhere, too", (path) => {
  const link = parseLink(`https://page.example/s/${"A".repeat(22)}${hashWithPath(HASH, path)}`);
  expect(encodePath(link.path ?? new Uint8Array())).toBe(path);
});

test("an address without a path is that of the root, and a path that no file has is none", () => {
  expect(pathOfHash(HASH)).toBe("");
  expect(pathOfHash(`${HASH}&path=a/../../b`)).toBeUndefined();
});

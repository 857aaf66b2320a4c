import { expect, test } from "vitest";
import { createApiKeys } from "./api-keys.ts";
import { bearerOf, createToken, sameText } from "./tokens.ts";

function requestWith(authorization: string): Request {
  return new Request("http://relay.test/", { headers: { authorization } });
}

test("a token has 256 bits in base64url and is different each time", () => {
  const tokens = Array.from({ length: 100 }, createToken);
  expect(new Set(tokens).size).toBe(100);
  expect(tokens.every((token) => /^[\w-]{43}$/.test(token))).toBe(true);
});

test.each([
  ["Bearer abc", "abc"],
  ["bearer abc", "abc"],
  ["Bearer   a.b-c_d~e+f/g== ", "a.b-c_d~e+f/g=="],
  ["Basic abc", undefined],
  ["Bearer", undefined],
  ["Bearer a b", undefined],
  [`Bearer ${"a".repeat(513)}`, undefined],
])("reads %j as %j", (header, token) => {
  expect(bearerOf(requestWith(header))).toBe(token);
});

test("a request without the header has no token", () => {
  expect(bearerOf(new Request("http://relay.test/"))).toBeUndefined();
});

test.each([
  ["", "", true],
  ["abc", "abc", true],
  ["abc", "abd", false],
  ["abc", "ab", false],
  ["ab", "abc", false],
  ["abc", "", false],
  ["a\0", "a", false],
])("compares %j and %j", (one, other, same) => {
  expect(sameText(one, other)).toBe(same);
});

test("accepts each of its API keys and no other", async () => {
  const isApiKey = createApiKeys(["first", "second"]);
  expect(await Promise.all(["first", "second", "third", "firs", "first ", ""].map((key) => isApiKey(key)))).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

test("without API keys every key is refused", async () => {
  const isApiKey = createApiKeys([]);
  expect(await isApiKey("")).toBe(false);
});

import { describe, expect, test } from "vitest";
import { readProblem, readRetryAfter, responseError } from "./problem.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const TYPE = "urn:ietf:params:acme:error:";
const body = (type: string, detail = "why"): string => JSON.stringify({ type: `${TYPE}${type}`, detail });

describe("a refusal of the CA", () => {
  test.each([
    ["dns", 400, "name-unresolved"],
    ["connection", 400, "name-unreachable"],
    ["unauthorized", 403, "wrong-answer"],
    ["caa", 403, "caa-forbids"],
    ["rejectedIdentifier", 400, "name-rejected"],
    ["rateLimited", 429, "rate-limited"],
    ["invalidContact", 400, "email-rejected"],
    ["externalAccountRequired", 403, "account-required"],
    ["serverInternal", 500, "ca-failed"],
    ["malformed", 400, "refused"],
    ["somethingNew", 400, "refused"],
  ])("of type %s is a reason", (type, status, reason) => {
    expect(responseError({ status, headers: {}, body: body(type) }, NOW)).toMatchObject({ reason, message: "why" });
  });

  test("about a name that Pebble can't look up is one of DNS", () => {
    const malformed = body("malformed", 'Could not resolve URL "http://relay.example.org"');
    expect(responseError({ status: 400, headers: {}, body: malformed }, NOW).reason).toBe("name-unresolved");
  });

  test.each([
    ["no JSON", "<html>"],
    ["JSON of something else", "[1]"],
    ["an error of another kind", JSON.stringify({ type: "about:blank" })],
  ])("with %s is the CA's failure", (_, text) => {
    expect(responseError({ status: 400, headers: {}, body: text }, NOW)).toMatchObject({
      reason: "ca-failed",
      message: "the CA answers 400",
    });
  });

  test("for a part of the names says the first part's reason", () => {
    const compound = { type: `${TYPE}compound`, subproblems: [{ type: `${TYPE}dns`, detail: "NXDOMAIN" }, { type: `${TYPE}caa` }] };
    expect(readProblem(compound)).toEqual({ type: "dns", detail: "NXDOMAIN" });
  });
});

describe("Retry-After", () => {
  test.each([
    ["60", NOW + 60_000],
    ["Thu, 01 Jan 2026 01:00:00 GMT", NOW + 3_600_000],
    ["Wed, 31 Dec 2025 00:00:00 GMT", NOW],
    ["999999999", NOW + 8 * 86_400_000],
    ["soon", undefined],
  ])("of %j is a time", (text, at) => {
    expect(readRetryAfter({ "retry-after": text }, NOW)).toBe(at);
  });

  test("is undefined if it is missing", () => expect(readRetryAfter({}, NOW)).toBeUndefined());
});

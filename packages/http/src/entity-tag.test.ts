import { describe, expect, test } from "vitest";
import { ifMatchHolds, ifNoneMatchHolds, ifRangeHolds, strongEntityTag } from "./entity-tag.ts";

describe("the strong entity tag", () => {
  test.each([
    ["with its quotes", '"abc"', '"abc"'],
    ["without quotes", "3f-17a", '"3f-17a"'],
  ])("%s is accepted", (_name, announced, expected) => {
    expect(strongEntityTag(announced)).toBe(expected);
  });

  test.each([
    ["none", undefined],
    ["an empty one", ""],
    ["an empty one in quotes", '""'],
    ["a weak one", 'W/"abc"'],
    ["one that would end the header", 'a"\r\nX-Evil: 1'],
    ["one with a quote inside", 'a"b'],
    ["one with a space", "a b"],
    ["one that is not ASCII", "ä"],
    ["one without an end", "a".repeat(300)],
  ])("%s is not", (_name, announced) => {
    expect(strongEntityTag(announced)).toBeUndefined();
  });
});

describe("If-Range", () => {
  test("allows the range if it is absent or has the same tag", () => {
    expect(ifRangeHolds(null, undefined)).toBe(true);
    expect(ifRangeHolds('"a"', '"a"')).toBe(true);
  });

  test.each([
    ["another tag", '"b"'],
    ["a weak one", 'W/"a"'],
    ["a date", "Sat, 21 Nov 2026 10:00:00 GMT"],
    ["garbage", "a"],
  ])("does not with %s", (_name, header) => {
    expect(ifRangeHolds(header, '"a"')).toBe(false);
  });

  test("does not if the file has no strong tag", () => {
    expect(ifRangeHolds('"a"', undefined)).toBe(false);
  });
});

describe("If-Match", () => {
  test.each([
    ["none", null, true],
    ["the tag", '"a"', true],
    ["a list with the tag", '"b", "a"', true],
    ["any", "*", true],
    ["another tag", '"b"', false],
    ["the tag, but weak", 'W/"a"', false],
  ])("%s", (_name, header, expected) => {
    expect(ifMatchHolds(header, '"a"')).toBe(expected);
  });

  test("a tag never matches a file that has none", () => {
    expect(ifMatchHolds('"a"', undefined)).toBe(false);
  });
});

describe("If-None-Match", () => {
  test.each([
    ["none", null, true],
    ["the tag", '"a"', false],
    ["the tag, but weak", 'W/"a"', false],
    ["a list with the tag", '"b", "a"', false],
    ["any", "*", false],
    ["another tag", '"b"', true],
  ])("%s", (_name, header, expected) => {
    expect(ifNoneMatchHolds(header, '"a"')).toBe(expected);
  });

  test("a file without a tag is always sent", () => {
    expect(ifNoneMatchHolds("*", undefined)).toBe(true);
  });
});

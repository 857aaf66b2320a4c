import { describe, expect, it } from "vitest";
import { type DropKeys, dropQuestion, nextKey } from "./drop-keys.ts";

/** The viewers that are disconnected by a row of keys, and what is asked at the end. */
function press(keys: string, viewers: readonly number[]): { dropped: number[]; asked: string | undefined } {
  const dropped: number[] = [];
  let state: DropKeys;
  for (const key of keys) {
    const step = nextKey(state, key, viewers);
    state = step.keys;
    if (step.drop !== undefined) dropped.push(step.drop);
  }
  return { dropped, asked: dropQuestion(state) };
}

describe("x and a number", () => {
  it.each<[string, string, number[], number[]]>([
    ["the only one with this digit needs no Enter", "x2", [1, 2, 3], [2]],
    ["an ambiguous number needs Enter", "x1\r", [1, 12], [1]],
    ["both digits", "x12", [1, 12], [12]],
    ["a number that is none of a viewer's", "x4\r", [1, 2], []],
    ["a digit too many is ignored", "x19\r", [1, 12], [1]],
    ["a correction", "x1\u007F2", [1, 12, 2], [2]],
    ["Esc", "x\u001B2", [1, 2], []],
    ["without x", "2\r", [1, 2], []],
    ["other keys in between", "xyz2", [1, 2], [2]],
    ["two, one after the other", "x1X2", [1, 2], [1, 2]],
    ["without viewers", "x1\r", [], []],
  ])("%s", (_what, keys, viewers, dropped) => {
    expect(press(keys, viewers).dropped).toEqual(dropped);
  });

  it("shows what was typed until it is done", () => {
    expect(press("x1", [1, 12]).asked).toContain("number: 1");
    expect([press("x2", [2]).asked, press("x\u001B", [2]).asked, press("", [2]).asked]).toEqual([undefined, undefined, undefined]);
  });
});

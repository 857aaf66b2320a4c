import { describe, expect, it } from "vitest";
import { type Findings, judge } from "./judge.ts";

const GOOD: Findings = {
  film: { state: "on", seconds: 1.5 },
  get: { state: "on", seconds: 3.0421 },
  wrongFrames: [],
  servedWrong: 0,
  filmFault: undefined,
  getWrong: 0,
  getMissing: 0,
  getFault: undefined,
};
const lost = { state: "lost", word: "it stopped" } as const;
const told = { state: "told", word: "the file changed" } as const;

it("survives if both continued; the recovery time is that of the later one", () => {
  expect(judge(GOOD)).toEqual({ survived: true, secondsToRecover: 3.04, bytesWrong: 0 });
});

describe("doesn't survive if", () => {
  it.each<[string, Partial<Findings>, number, string]>([
    ["the film stops", { film: lost }, 0, "it stopped"],
    ["get stops, and its missing bytes count as wrong", { get: lost, getMissing: 70 }, 70, "it stopped"],
    ["a wrong frame is shown", { wrongFrames: ["frame 1 in place of 2"] }, 0, "frame 1 in place of 2"],
    ["the film continues and then fails", { filmFault: "afterwards: no" }, 0, "afterwards: no"],
    ["get continues and then fails", { getFault: "get ended with 15", getMissing: 3 }, 3, "get ended with 15"],
  ])("%s", (_what, found, bytesWrong, word) => {
    expect(judge({ ...GOOD, ...found })).toEqual({ survived: false, secondsToRecover: null, bytesWrong, word });
  });

  it.each<[string, Partial<Findings>]>([
    ["the page", { servedWrong: 5 }],
    ["get", { getWrong: 5 }],
    ["get, although the change was reported", { get: told, film: told, getWrong: 5 }],
  ])("%s gives wrong bytes", (_what, found) => {
    expect(judge({ ...GOOD, ...found })).toMatchObject({ survived: false, bytesWrong: 5 });
  });
});

it("survives if both reported the loss; missing bytes don't count then", () => {
  expect(judge({ ...GOOD, film: told, get: told, getMissing: 70 })).toEqual({
    survived: true,
    secondsToRecover: null,
    bytesWrong: 0,
    word: "told by the page and get",
  });
});

import { describe, expect, test } from "vitest";
import { nextReading, type Reading, type ReadingOutcome, STREAMING } from "./reading.ts";

const after = (outcomes: readonly ReadingOutcome[], first: Reading = STREAMING): Reading => outcomes.reduce(nextReading, first);
const CHECKING = after(["held"]);
const POLLING = after(["held", "short"]);

describe("an event stream", () => {
  test.each(["prompt", "short", "failed"] as const)("that was %s is followed by the next", (outcome) => {
    expect(after([outcome])).toEqual(STREAMING);
  });

  test("that is held back is followed by a check", () => {
    expect(CHECKING.mode).toBe("check");
  });
});

describe("a check", () => {
  test.each(["prompt", "held", "short"] as const)("that is answered (%s) begins polling", (outcome) => {
    expect(after([outcome], CHECKING).mode).toBe("poll");
  });

  test("that fails does not: the relay can't be reached at all", () => {
    expect(after(["failed"], CHECKING).mode).toBe("stream");
  });
});

describe("polling", () => {
  test.each(["held", "short", "failed"] as const)("goes on after a poll that was %s", (outcome) => {
    expect(after([outcome], POLLING).mode).toBe("poll");
  });

  test("ends with a prompt poll", () => {
    expect(after(["prompt"], POLLING).mode).toBe("stream");
  });

  test("lasts twice as long each time, up to 64 prompt polls in a row", () => {
    const lasted: number[] = [];
    let reading: Reading = STREAMING;
    for (let round = 0; round < 9; round += 1) {
      reading = after(["held", "short"], reading);
      let polls = 0;
      for (; reading.mode === "poll"; polls += 1) reading = nextReading(reading, "prompt");
      lasted.push(polls);
    }
    expect(lasted).toEqual([1, 2, 4, 8, 16, 32, 64, 64, 64]);
  });

  test("counts only prompt polls in a row; short ones don't matter", () => {
    const second = after(["prompt", "held", "short"], POLLING);
    expect(after(["prompt", "short", "prompt"], second).mode).toBe("stream");
    expect(after(["prompt", "held", "prompt"], second).mode).toBe("poll");
  });
});

test("on another network everything starts over", () => {
  expect(after(["prompt", "held", "short", "renewed"], POLLING)).toEqual(STREAMING);
  expect(after(["renewed"], CHECKING)).toEqual(STREAMING);
});

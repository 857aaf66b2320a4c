import { describe, expect, it } from "vitest";
import { clockCheck, describeClocks } from "./clock.ts";

const YEAR_MS = 365 * 24 * 3_600_000;
const MINUTE_MS = 60_000;
const look = (clockAheadMs: number): ReturnType<typeof clockCheck.run> => clockCheck.run({ clockAheadMs }, new AbortController().signal);

describe("clockCheck", () => {
  it.each([
    [500, "pass", /by 1 s/],
    [2 * MINUTE_MS, "warn", /2 min ahead of/],
    [-YEAR_MS, "fail", /365 d behind the relay's, so the relay refuses shares/],
  ])("judges a difference of %i ms", async (ms, status, found) => {
    expect(await look(ms)).toMatchObject({ status, found: expect.stringMatching(found) });
  });

  it("shows this computer's date, so that users see whose clock is wrong", () => {
    expect(describeClocks(YEAR_MS, Date.UTC(2027, 0, 2, 3, 4))).toBe(
      "this computer's clock (2027-01-02 03:04 UTC) is 365 d ahead of the relay's",
    );
  });
});

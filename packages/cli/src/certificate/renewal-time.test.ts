import { describe, expect, test } from "vitest";
import { nextAttempt, renewalTime } from "./renewal-time.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const failed = (reason: "ca-unreachable" | "name-unresolved" | "rate-limited", retryAt?: number) => ({ reason, retryAt });

test("a certificate is due when a third of its lifetime is left", () => {
  expect(renewalTime({ validFrom: 1000, validTo: 10_000 })).toBe(7000);
});

describe("the next attempt", () => {
  test("is later after each failure, up to six hours", () => {
    expect([1, 2, 3, 4, 5, 6, 60].map((failures) => nextAttempt(failed("name-unresolved"), failures, 0, 0) / MINUTE)).toEqual([
      2, 15, 60, 180, 360, 360, 360,
    ]);
  });

  test("makes at most 4 in an hour, fewer than the 5 failed checks that CAs allow", () => {
    let [attempts, now, failures] = [0, 0, 0];
    while (now < HOUR) {
      attempts += 1;
      failures += 1;
      now = nextAttempt(failed("name-unresolved"), failures, now, 0);
    }
    expect(attempts).toBeLessThanOrEqual(4);
  });

  test("is soon if the CA was not reached", () => {
    expect(nextAttempt(failed("ca-unreachable"), 1, 0, 0)).toBe(15_000);
  });

  test("waits for the time that the CA asks, and for an hour if it asks for none", () => {
    expect(nextAttempt(failed("rate-limited", 30 * HOUR), 1, 0, 0)).toBe(30 * HOUR);
    expect(nextAttempt(failed("rate-limited"), 1, 0, 0)).toBe(HOUR);
    expect(nextAttempt(failed("name-unresolved", HOUR), 1, 0, 0)).toBe(HOUR);
  });

  test("is never sooner for a short Retry-After", () => {
    expect(nextAttempt(failed("name-unresolved", 1000), 1, 0, 0)).toBe(2 * MINUTE);
  });

  test("is spread by a tenth", () => {
    expect(nextAttempt(failed("name-unresolved"), 1, 0, 1)).toBeCloseTo(2.2 * MINUTE);
  });
});

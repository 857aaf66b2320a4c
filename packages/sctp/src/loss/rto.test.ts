import { describe, expect, it } from "vitest";
import { Rto } from "./rto.ts";

describe("Rto", () => {
  it("is a second before the first sample", () => {
    expect(new Rto().valueMs).toBe(1000);
  });

  it("follows RFC 6298, 2.2 and 2.3", () => {
    const rto = new Rto({ minMs: 1 });
    rto.sample(100);
    expect([rto.srttMs, rto.rttVarMs, rto.valueMs]).toEqual([100, 50, 300]);
    rto.sample(180);
    expect([rto.srttMs, rto.rttVarMs, rto.valueMs]).toEqual([110, 57.5, 340]);
  });

  it("stays within its bounds", () => {
    const rto = new Rto({ minMs: 200, maxMs: 5000 });
    for (let count = 0; count < 50; count++) rto.sample(1);
    expect(rto.valueMs).toBe(200);
    rto.sample(10_000);
    expect(rto.valueMs).toBe(5000);
  });

  it("doubles until a sample comes", () => {
    const rto = new Rto({ maxMs: 3000 });
    rto.backOff();
    expect(rto.valueMs).toBe(2000);
    rto.backOff();
    expect(rto.valueMs).toBe(3000);
    rto.sample(100);
    expect(rto.valueMs).toBe(300);
  });

  it("undoes the back-off of a false time-out", () => {
    const rto = new Rto();
    rto.sample(100);
    rto.backOff();
    rto.backOff();
    rto.undoBackOff();
    expect(rto.valueMs).toBe(300);
  });

  it.each([NaN, -1])("ignores a sample of %d", (rttMs) => {
    const rto = new Rto();
    rto.backOff();
    rto.sample(rttMs);
    expect([rto.srttMs, rto.valueMs]).toEqual([NaN, 2000]);
  });
});

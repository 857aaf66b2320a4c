import { describe, expect, it } from "vitest";
import { RoundLoss } from "./round-loss.ts";

/** A round of 400 packets of which so many are lost. */
function round(loss: RoundLoss, lost: number): boolean {
  loss.add((400 - lost) * 1000, lost * 1000);
  const excessive = loss.isExcessive(400_000);
  loss.beginRound();
  return excessive;
}

describe("RoundLoss", () => {
  it("takes 5 % for congestion on a path that lost nothing, and 2 % not", () => {
    expect(round(new RoundLoss(1000), 8)).toBe(false);
    expect(round(new RoundLoss(1000), 20)).toBe(true);
  });

  it("takes 5 % for the path's own once every block of packets has lost as much", () => {
    const loss = new RoundLoss(1000);
    for (let count = 0; count < 4; count++) round(loss, 20);
    expect(loss.ambient).toBeCloseTo(0.05, 6);
    expect(round(loss, 20)).toBe(false);
    expect(round(loss, 60)).toBe(true);
  });

  it("learns at most 10 %, and forgets it with one good block", () => {
    const loss = new RoundLoss(1000);
    for (let count = 0; count < 4; count++) round(loss, 200);
    expect(loss.ambient).toBe(0.1);
    expect(round(loss, 200)).toBe(true);
    round(loss, 0);
    expect(loss.ambient).toBe(0);
  });

  it("never takes a single packet for congestion", () => {
    const loss = new RoundLoss(1000);
    loss.add(3000, 1000);
    expect(loss.isExcessive(4000)).toBe(false);
    loss.add(0, 1000);
    expect(loss.isExcessive(4000)).toBe(true);
  });
});

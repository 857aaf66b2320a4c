import { describe, expect, it } from "vitest";
import { ReorderWindow } from "./reorder-window.ts";

describe("ReorderWindow", () => {
  it("is a quarter of the minimum round trip until loss is certain", () => {
    expect(new ReorderWindow().valueMs(40, 60, false)).toBe(10);
    expect(new ReorderWindow().valueMs(40, 60, true)).toBe(0);
  });

  it("stays open once the path has reordered", () => {
    const window = new ReorderWindow();
    window.onReordering();
    expect(window.valueMs(40, 60, true)).toBe(10);
  });

  it("grows once a round trip with false retransmissions, up to the smoothed round trip", () => {
    const window = new ReorderWindow();
    window.onDuplicate(1000, 0);
    window.onDuplicate(1500, 500);
    expect(window.valueMs(40, 60, true)).toBe(20);
    for (let round = 1; round < 10; round++) window.onDuplicate(1000 * round + 1000, 1000 * round);
    expect(window.valueMs(40, 60, true)).toBe(60);
  });

  it("shrinks after sixteen recoveries without a false retransmission", () => {
    const window = new ReorderWindow();
    window.onDuplicate(1000, 0);
    for (let count = 0; count < 15; count++) window.onRecovered();
    expect(window.valueMs(40, 60, true)).toBe(20);
    window.onRecovered();
    expect(window.valueMs(40, 60, true)).toBe(10);
  });

  it("counts the sixteen from the last false retransmission", () => {
    const window = new ReorderWindow();
    window.onDuplicate(1000, 0);
    for (let count = 0; count < 15; count++) window.onRecovered();
    window.onDuplicate(3000, 2000);
    for (let count = 0; count < 15; count++) window.onRecovered();
    expect(window.valueMs(40, 600, true)).toBe(30);
  });
});

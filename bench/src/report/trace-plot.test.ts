import { expect, it } from "vitest";

import { toTraceSvg } from "./trace-plot.ts";

it("draws a line for each trace, with the time from left to right and larger values higher up", () => {
  const svg = toTraceSvg("two", [
    {
      title: "rate (MB/s)",
      traces: [
        {
          label: "up",
          points: [
            [0, 0],
            [10, 5],
          ],
        },
        {
          label: "flat",
          points: [
            [0, 5],
            [10, 5],
          ],
        },
      ],
    },
  ]);
  const [up, flat] = [...svg.matchAll(/d="M([\d.]+),([\d.]+)L([\d.]+),([\d.]+)"/gu)].map((match) => match.slice(1).map(Number));
  expect(up?.[2]).toBeGreaterThan(up?.[0] ?? Number.NaN);
  expect(up?.[3]).toBeLessThan(up?.[1] ?? Number.NaN);
  expect(flat?.[1]).toBe(flat?.[3]);
  expect(svg).toContain("rate (MB/s)");
});

import { expect, it } from "vitest";
import { toSvg } from "./plot.ts";
import { EXAMPLE } from "./testing.ts";

const bars = (svg: string, colour: string): number[] =>
  [...svg.matchAll(new RegExp(`width="(\\d+)" height="14" fill="${colour}"`, "gu"))].map(([, width]) => Number(width));

it("draws a bar for each figure, scaled to the panel's largest", () => {
  const svg = toSvg(EXAMPLE);
  const [oursLatency = 0, oursRate = 0] = bars(svg, "#0b7a75");
  const [pionLatency = 0, pionRate = 0] = bars(svg, "#b0643a");
  expect(oursLatency / pionLatency).toBeCloseTo(100 / 4000, 2);
  expect(oursRate / pionRate).toBeCloseTo(1.125 / 0.5, 1);
  expect(bars(svg, "#9aa0a6")).toHaveLength(2);
});

it("omits figures that were not measured, and panels without figures", () => {
  expect(bars(toSvg(EXAMPLE), "#b0643a")).toHaveLength(3);
  const nothing = { ...EXAMPLE, ours: {}, peers: {}, limits: {} };
  expect(toSvg(nothing)).not.toContain("<text");
});

it("is an SVG on white, with escaped names, within its width", () => {
  const svg = toSvg(EXAMPLE);
  expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 720 \d+"[^>]*>\n<title>[^<]*<\/title>\n<rect [^>]*fill="#fff"\/>/u);
  expect(svg).toContain(">a&lt;b</text>");
  const ends = [...svg.matchAll(/<rect x="(\d+)" y="\d+" width="(\d+)"/gu)].map(([, x, width]) => Number(x) + Number(width));
  expect(Math.max(...ends)).toBeLessThan(720);
});

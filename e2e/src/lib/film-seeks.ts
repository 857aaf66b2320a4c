/* Random seeks through a film, and whether the pixels show the right frame after each. */
import { createRandom } from "@rangecast/testkit/random";
import { expect } from "vitest";
import { FILM } from "./media.ts";
import type { ShownFrame } from "./video-probe.ts";

/** After the beginning of a frame, seconds: some containers delay all frames by a few milliseconds. */
const INTO_FRAME_S = 0.01;
const FRAMES_AT_END = 2;

/** Times within frames of a film, in random order, seconds. @param seconds the film's length */
export function randomSeeks(count: number, seconds: number, seed: number): number[] {
  const random = createRandom(seed);
  const frames = seconds * FILM.framesPerSecond - FRAMES_AT_END;
  return Array.from({ length: count }, () => Math.floor(random() * frames) / FILM.framesPerSecond + INTO_FRAME_S);
}

/** @param seekAndRead seeks the page's film in any browser, and reads the number in its picture */
export async function expectRightFrames(seekAndRead: (seconds: number) => Promise<ShownFrame>, seeks: readonly number[]): Promise<void> {
  for (const seconds of seeks) {
    const { frameNumber } = await seekAndRead(seconds);
    expect(frameNumber, `asked for ${seconds} s`).toBe(Math.floor(seconds * FILM.framesPerSecond));
  }
}

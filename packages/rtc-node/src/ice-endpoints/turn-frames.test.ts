import { expect, test } from "vitest";

import { hex, RFC5769_RESPONSE } from "../testing/stun-vectors.ts";
import { isChannelData, paddingOf, TurnFrames } from "./turn-frames.ts";

const CHANNEL_DATA = hex("4000000548656c6c6f000000");

test("frames are found wherever the stream is cut", () => {
  const stream = Buffer.concat([CHANNEL_DATA, RFC5769_RESPONSE, CHANNEL_DATA]);
  for (let size = 1; size <= stream.length; size++) {
    const frames = new TurnFrames();
    const found: string[] = [];
    for (let at = 0; at < stream.length; at += size) {
      expect(frames.push(stream.subarray(at, at + size), (frame) => found.push(frame.toString("hex")))).toBe(true);
    }
    expect(found).toEqual([CHANNEL_DATA, RFC5769_RESPONSE, CHANNEL_DATA].map((frame) => frame.toString("hex")));
  }
});

test("what is neither STUN nor ChannelData ends the stream", () => {
  const frames = new TurnFrames();
  expect(frames.push(Buffer.concat([CHANNEL_DATA, Buffer.from("HTTP/1.1")]), () => {})).toBe(true);
  expect(new TurnFrames().push(hex("80000000"), () => {})).toBe(false);
});

test("ChannelData is told apart, and padding fills up to 4 bytes", () => {
  expect([CHANNEL_DATA, RFC5769_RESPONSE, hex("4000")].map(isChannelData)).toEqual([true, false, false]);
  expect([0, 1, 2, 3, 4, 5].map(paddingOf)).toEqual([0, 3, 2, 1, 0, 3]);
});

import { expect, test } from "vitest";
import { mutatedFrames } from "../testing/mutated-frames.ts";
import { settle } from "@rangecast/testkit/settle";
import { rangeBench } from "../testing/range-bench.ts";

const FRAMES = 100_000;
const SEED = 0x5eed;

test("100,000 mutated frames leave a range server that still serves", { timeout: 60_000 }, async () => {
  const { server, channel, request, ended, source, lines } = rangeBench(100_000);
  const nextFrame = mutatedFrames(SEED);
  // Frames that the flood makes the server send are discarded: only the state after it is checked.
  channel.onsent = () => void channel.sent.splice(0);
  for (let count = 0; count < FRAMES; count += 1) {
    server.receive(nextFrame());
    if (count % 64 === 0) await settle();
  }
  await settle();
  channel.onsent = undefined;
  expect(server.dropped).toBeGreaterThan(FRAMES / 10);
  expect(server.ranges).toBe(0);
  expect(server.allocatedBuffers).toBeLessThanOrEqual(8 * 2);
  expect(lines.length).toBeLessThan(10);
  request(1, 10, 50_000);
  expect(await ended(1)).toBe(0);
  expect(channel.bytesOf(1)).toEqual(Buffer.from(source.bytes.subarray(10, 50_010)));
});

import { BufferSource, EncodedPacketSink, Input, MP4 } from "mediabunny";
import { expect, test } from "vitest";
import { type Sample, writeFragment } from "./fragment.ts";
import { writeInitSegment } from "./init-segment.ts";

const CONFIG: AudioDecoderConfig = {
  codec: "mp4a.40.2",
  numberOfChannels: 1,
  sampleRate: 48_000,
  description: new Uint8Array([0x11, 0x88]),
};
const sample = (index: number, time: number, isKey = true): Sample => ({
  data: Uint8Array.of(index, index, index),
  decodeTime: 1024 * index,
  time,
  duration: 1024,
  isKey,
});

test("a fragment has the samples' bytes, at the place that it names", () => {
  const bytes = writeFragment(1, [sample(1, 1024), sample(2, 2048)]);
  const view = new DataView(bytes.buffer);
  const moofBytes = view.getUint32(0);
  expect(String.fromCharCode(...bytes.subarray(4, 8))).toBe("moof");
  expect(view.getUint32(moofBytes)).toBe(8 + 6);
  expect([...bytes.subarray(moofBytes + 8)]).toEqual([1, 1, 1, 2, 2, 2]);
});

test("another reader of MP4 finds the samples of two fragments, with their times, also beyond 32 bits and shown before they are decoded", async () => {
  const late = 2 ** 33;
  const { bytes, timescale } = await writeInitSegment({ kind: "sound", codec: "aac", config: CONFIG }, undefined);
  const fragments = [writeFragment(1, [sample(0, 0), sample(1, 1000)]), writeFragment(2, [{ ...sample(2, late - 24), decodeTime: late }])];
  const file = new Uint8Array(await new Blob([bytes, ...fragments]).arrayBuffer());
  const input = new Input({ source: new BufferSource(file), formats: [MP4] });
  const [track] = await input.getAudioTracks();
  if (!track) throw new Error("no track");
  const found: unknown[] = [];
  for await (const packet of new EncodedPacketSink(track).packets()) found.push([[...packet.data], packet.timestamp * timescale]);
  expect(timescale).toBe(48_000);
  expect(found).toEqual([
    [[0, 0, 0], 0],
    [[1, 1, 1], 1000],
    [[2, 2, 2], late - 24],
  ]);
});

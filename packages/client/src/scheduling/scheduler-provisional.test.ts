import { expect, test } from "vitest";
import type { Reader } from "./reader.ts";
import { Scheduler } from "./scheduler.ts";
import { FakeRangeSource } from "../testing/fake-range-source.ts";
import { isPattern } from "@rangecast/testkit/files/pattern";
import { fixedWindow } from "../testing/fixed-window.ts";

/** A reader of a file whose end nobody knows; its first pieces, of 50 and then 100 bytes, are asked for. */
function openProvisional(earlyEnd: "closes" | "fails" = "closes"): {
  scheduler: Scheduler;
  source: FakeRangeSource;
  all: Promise<Uint8Array>;
} {
  const scheduler = new Scheduler();
  const source = new FakeRangeSource({ ...fixedWindow({ outstandingBytes: 400, pieceBytes: 100 }), ranges: 3 });
  scheduler.addSource(source);
  const all = collect(scheduler.open({ start: 0, end: 10_000, earlyEnd }));
  all.catch(() => undefined);
  return { scheduler, source, all };
}

async function collect(reader: Reader): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let chunk = await reader.take(); chunk !== undefined; chunk = await reader.take()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const asked = ({ source }: { source: FakeRangeSource }): number[] => source.ranges.map(({ request }) => request.offset);

test("if a file ends within a piece, requests after it are cancelled, and the reader ends there", async () => {
  const bench = openProvisional();
  const { source, all, scheduler } = bench;
  expect(asked(bench)).toEqual([0, 50, 150]);
  const [first, second] = source.ranges;
  second?.data(30);
  second?.end({ kind: "ended" });
  expect(asked(bench)).toEqual([0]);
  first?.serve();
  expect(isPattern(await all, 0, 80)).toBe(true);
  expect([source.cancelled, scheduler.readers]).toEqual([1, 0]);
});

test("a piece past the end is requested again once nothing before it is missing, and only then does the end count", async () => {
  const bench = openProvisional();
  const { source, all } = bench;
  source.ranges[2]?.end({ kind: "past-end" });
  expect(asked(bench)).toEqual([0, 50]);
  source.ranges[1]?.serve();
  expect(asked(bench)).toEqual([0]);
  source.ranges[0]?.serve();
  await new Promise(setImmediate);
  expect(asked(bench)).toEqual([150]);
  source.ranges[0]?.end({ kind: "past-end" });
  expect(isPattern(await all, 0, 150)).toBe(true);
});

test("bytes that the host has produced by then are read", async () => {
  const bench = openProvisional();
  const { source, all } = bench;
  source.ranges[2]?.end({ kind: "past-end" });
  source.ranges[1]?.serve();
  source.ranges[0]?.serve();
  await new Promise(setImmediate);
  source.ranges[0]?.data(70);
  source.ranges[0]?.end({ kind: "ended" });
  expect(isPattern(await all, 0, 220)).toBe(true);
});

test("a piece that is missing before the end fails the reader, which never ends short", async () => {
  const { source, all } = openProvisional();
  source.ranges[1]?.data(30);
  source.ranges[1]?.end({ kind: "ended" });
  source.die();
  source.ready = true;
  source.onCapacity?.();
  expect(source.ranges.map(({ request }) => [request.offset, request.length])).toEqual([[0, 50]]);
  source.ranges[0]?.data(20);
  source.ranges[0]?.end({ kind: "ended" });
  await expect(all).rejects.toMatchObject({ reason: "protocol-error" });
});

test("bytes from after the end are a protocol error of the host", async () => {
  const { source, all } = openProvisional();
  source.ranges[2]?.data(5);
  source.ranges[1]?.data(30);
  source.ranges[1]?.end({ kind: "ended" });
  await expect(all).rejects.toMatchObject({ reason: "protocol-error" });
});

test("a reader that needs its whole range fails if the file ends before it", async () => {
  const { source, all } = openProvisional("fails");
  source.ranges[0]?.data(30);
  source.ranges[0]?.end({ kind: "ended" });
  await expect(all).rejects.toMatchObject({ reason: "out-of-range" });
});

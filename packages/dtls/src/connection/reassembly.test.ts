import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Fragment } from "../handshake/message-header.ts";
import { MAX_MESSAGE_BYTES, Reassembly } from "./reassembly.ts";

const BODY = Uint8Array.from({ length: 100 }, (_, index) => index);
const part = (start: number, end: number, change: Partial<Fragment> = {}): Fragment => ({
  type: 1,
  sequence: 0,
  messageLength: 100,
  offset: start,
  bytes: BODY.subarray(start, end),
  ...change,
});

describe("a message", () => {
  test.each<[string, readonly [number, number][]]>([
    ["whole", [[0, 100]]],
    [
      "in two parts",
      [
        [0, 40],
        [40, 100],
      ],
    ],
    [
      "backwards",
      [
        [70, 100],
        [40, 70],
        [0, 40],
      ],
    ],
    [
      "with gaps that are filled",
      [
        [0, 10],
        [20, 30],
        [90, 100],
        [10, 20],
        [30, 90],
      ],
    ],
    [
      "with parts that overlap",
      [
        [0, 60],
        [30, 80],
        [50, 100],
      ],
    ],
    [
      "with a part that contains others",
      [
        [10, 20],
        [30, 40],
        [5, 95],
        [0, 100],
      ],
    ],
    [
      "with parts that come twice",
      [
        [0, 40],
        [0, 40],
        [40, 100],
      ],
    ],
    [
      "with empty parts",
      [
        [0, 0],
        [50, 50],
        [0, 50],
        [50, 100],
      ],
    ],
  ])("%s is put together", (_, parts) => {
    const reassembly = new Reassembly();
    for (const [start, end] of parts) {
      expect(reassembly.next()).toBeUndefined();
      expect(reassembly.add(part(start, end))).toBe("kept");
    }
    expect(reassembly.next()).toEqual({ type: 1, sequence: 0, body: BODY });
    expect(reassembly.heldBytes).toBe(0);
  });

  test("without content is complete with its header", () => {
    const reassembly = new Reassembly();
    reassembly.add({ type: 14, sequence: 0, messageLength: 0, offset: 0, bytes: new Uint8Array(0) });
    expect(reassembly.next()).toEqual({ type: 14, sequence: 0, body: new Uint8Array(0) });
  });

  test("is put together from parts in any order, of any size, with any overlap", () => {
    const cuts = fc.array(fc.tuple(fc.nat(100), fc.nat(100)), { maxLength: 20 });
    fc.assert(
      fc.property(cuts, (ranges) => {
        const reassembly = new Reassembly();
        for (const [one, other] of ranges) reassembly.add(part(Math.min(one, other), Math.max(one, other)));
        const message = reassembly.next();
        const missing = BODY.some((index) => !ranges.some(([one, other]) => Math.min(one, other) <= index && index < Math.max(one, other)));
        expect(message === undefined).toBe(missing);
        if (message !== undefined) expect(message.body).toEqual(BODY);
      }),
      { numRuns: 200, seed: 6347 },
    );
  });

  test("waits for its turn", () => {
    const reassembly = new Reassembly(3);
    reassembly.add(part(0, 100, { sequence: 4 }));
    expect(reassembly.next()).toBeUndefined();
    reassembly.add(part(0, 100, { sequence: 3 }));
    expect([reassembly.next()?.sequence, reassembly.next()?.sequence, reassembly.next()]).toEqual([3, 4, undefined]);
  });

  test("is not changed by what the caller does with the datagram afterwards", () => {
    const reassembly = new Reassembly();
    const bytes = Buffer.from(BODY);
    reassembly.add(part(0, 100, { bytes }));
    bytes.fill(0);
    expect(reassembly.next()?.body).toEqual(BODY);
  });
});

describe("a fragment", () => {
  test("of an earlier message is reported as repeated", () => {
    expect(new Reassembly(1).add(part(0, 100))).toBe("repeated");
  });

  test.each<[string, Fragment]>([
    ["that ends after its message", part(50, 100, { offset: 51 })],
    ["that begins after its message", part(0, 0, { offset: 101 })],
    ["of a message that is too long", part(0, 100, { messageLength: MAX_MESSAGE_BYTES + 1 })],
    ["of a message far ahead", part(0, 100, { sequence: 6 })],
  ])("%s is ignored", (_, fragment) => {
    const reassembly = new Reassembly();
    expect(reassembly.add(fragment)).toBe("ignored");
    expect(reassembly.heldBytes).toBe(0);
  });

  test.each<[string, Partial<Fragment>]>([
    ["type", { type: 2 }],
    ["length of the message", { messageLength: 101 }],
  ])("that contradicts an earlier one about the %s is ignored", (_, change) => {
    const reassembly = new Reassembly();
    reassembly.add(part(0, 40));
    expect(reassembly.add(part(40, 100, change))).toBe("ignored");
    expect(reassembly.add(part(40, 100))).toBe("kept");
    expect(reassembly.next()?.body).toEqual(BODY);
  });
});

describe("memory", () => {
  test("of messages that never end is capped by number and by bytes", () => {
    const reassembly = new Reassembly();
    for (let sequence = 0; sequence < 1000; sequence += 1) {
      reassembly.add({ type: 11, sequence, messageLength: MAX_MESSAGE_BYTES, offset: 0, bytes: new Uint8Array(1) });
    }
    expect(reassembly.heldBytes).toBe(2 * MAX_MESSAGE_BYTES);
  });

  test("of a message in very many pieces is capped, and the message can still be completed", () => {
    const reassembly = new Reassembly();
    const body = new Uint8Array(MAX_MESSAGE_BYTES).fill(1);
    const results = new Set<string>();
    for (let offset = 0; offset < 200; offset += 2) {
      results.add(
        reassembly.add({ type: 11, sequence: 0, messageLength: body.byteLength, offset, bytes: body.subarray(offset, offset + 1) }),
      );
    }
    expect(results).toEqual(new Set(["kept", "ignored"]));
    reassembly.add({ type: 11, sequence: 0, messageLength: body.byteLength, offset: 0, bytes: body });
    expect(reassembly.next()?.body).toEqual(body);
  });

  test("is given back by clear()", () => {
    const reassembly = new Reassembly();
    reassembly.add(part(0, 40));
    reassembly.clear();
    expect(reassembly.heldBytes).toBe(0);
    reassembly.add(part(40, 100));
    expect(reassembly.next()).toBeUndefined();
  });
});

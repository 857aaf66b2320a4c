import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf, hexOf } from "../testing/recording-handler.ts";
import { ParameterBuilder, ParameterReader } from "./parameters.ts";

type Read = readonly [type: number, value: string];

function readAll(bytes: Uint8Array, start = 0, end = bytes.length): { readonly parameters: readonly Read[]; readonly malformed: boolean } {
  const reader = new ParameterReader(bytes, start, end);
  const parameters: Read[] = [];
  while (reader.next()) {
    if (reader.valueStart !== reader.start + 4 || reader.end > end) throw new Error("a parameter is not inside its range");
    parameters.push([reader.type, hexOf(bytes.subarray(reader.valueStart, reader.end))]);
  }
  if (reader.next()) throw new Error("a parameter follows the last one");
  return { parameters, malformed: reader.malformed };
}

test.each([
  { name: "nothing", hex: "", parameters: [], malformed: false },
  { name: "one without a value", hex: "c000 0004", parameters: [[0xc000, ""]], malformed: false },
  {
    name: "padding between, none at the end",
    hex: "8008 0006 c082 0000  0007 0005 aa",
    parameters: [
      [0x8008, "c082"],
      [7, "aa"],
    ],
    malformed: false,
  },
  { name: "padding at the end", hex: "0007 0005 aa000000", parameters: [[7, "aa"]], malformed: false },
  { name: "a length of 0", hex: "0007 0000", parameters: [], malformed: true },
  { name: "a length of 3", hex: "0007 0003", parameters: [], malformed: true },
  { name: "a length over the end", hex: "c000 0004  0007 0009 aabbccdd", parameters: [[0xc000, ""]], malformed: true },
  { name: "half a header", hex: "c000 0004  0007", parameters: [[0xc000, ""]], malformed: true },
])("reads $name", ({ hex, parameters, malformed }) => {
  expect(readAll(bytesOf(hex))).toEqual({ parameters, malformed });
});

test("reads no byte outside its range", () => {
  expect(readAll(bytesOf("ffff ffff  0007 0008 aabbccdd  eeee"), 4, 12)).toEqual({ parameters: [[7, "aabbccdd"]], malformed: false });
  expect(readAll(bytesOf("0007 0008 aabbccdd"), 0, 7)).toEqual({ parameters: [], malformed: true });
});

test("builds parameters, padded but for the last one", () => {
  const bytes = new ParameterBuilder().add(0x8008, bytesOf("c082c0")).add(0xc000).add(7, bytesOf("aa")).finish();
  expect(hexOf(bytes)).toBe(hexOf(bytesOf("8008 0007 c082c0 00  c000 0004  0007 0005 aa")));
  expect(new ParameterBuilder().finish()).toEqual(new Uint8Array(0));
});

test("refuses to build a parameter that no chunk can hold", () => {
  expect(() => new ParameterBuilder().add(7, new Uint8Array(65_529))).toThrow(RangeError);
  expect(new ParameterBuilder().add(7, new Uint8Array(65_527)).finish().length).toBe(65_531);
});

test("what was built is read back", () => {
  const parameter = fc.tuple(fc.integer({ min: 0, max: 0xffff }), fc.uint8Array({ maxLength: 30 }));
  fc.assert(
    fc.property(fc.array(parameter, { maxLength: 8 }), (all) => {
      const builder = new ParameterBuilder();
      for (const [type, value] of all) builder.add(type, value);
      expect(readAll(builder.finish())).toEqual({ parameters: all.map(([type, value]) => [type, hexOf(value)]), malformed: false });
    }),
    { seed: 9260, numRuns: 300 },
  );
});

test("any bytes end, with at most one parameter per four bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(readAll(bytes).parameters.length).toBeLessThanOrEqual(bytes.length / 4);
    }),
    { seed: 9260, numRuns: 1000 },
  );
});

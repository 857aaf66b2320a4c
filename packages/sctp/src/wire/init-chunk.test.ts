import { expect, test } from "vitest";
import { bytesOf, hexOf } from "../testing/recording-handler.ts";
import { decodeInitChunk, encodeInitChunk } from "./init-chunk.ts";

const HEX = "0100 0019  11223344  00100000  0400 0800  fffffffe  8008 0005 c0";
const FIELDS = { initiateTag: 0x11223344, windowBytes: 0x100000, outboundStreams: 1024, inboundStreams: 2048, initialTsn: 0xfffffffe };

test("an INIT chunk on its own is encoded without padding", () => {
  expect(hexOf(encodeInitChunk({ ...FIELDS, parameters: bytesOf("8008 0005 c0") }))).toBe(hexOf(bytesOf(HEX)));
});

test.each(["", "00", "0000", "000000"])("an INIT chunk on its own is decoded, with padding %j", (padding) => {
  expect(decodeInitChunk(bytesOf(HEX + padding))).toEqual({ ...FIELDS, parametersStart: 20, parametersEnd: 25 });
});

test.each([
  ["nothing", ""],
  ["another chunk", HEX.replace("0100", "0200")],
  ["more bytes than padding", `${HEX}00000000`],
  ["a length over its end", HEX.replace("0019", "001a")],
  ["a length less than its header", "0100 0003"],
  ["fields that are cut", "0100 0013 11223344 00100000 0400 0800 fffffe"],
])("%s is not an INIT chunk on its own", (_, hex) => {
  expect(decodeInitChunk(bytesOf(hex))).toBeUndefined();
});

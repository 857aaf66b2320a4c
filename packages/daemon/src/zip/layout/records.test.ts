import { describe, expect, test } from "vitest";
import {
  centralHeader,
  centralHeaderBytes,
  descriptor,
  descriptorBytes,
  endRecords,
  localHeader,
  localHeaderBytes,
  type ZipEntry,
} from "./records.ts";

const GIB4 = 0x100000000;
const file: ZipEntry = { path: Buffer.from("a"), isFolder: false, size: 3, modifiedS: 1_700_000_000, offset: 0 };
const packed = (text: string): string => text.replaceAll(" ", "");
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** The extended timestamp of 1,700,000,000. */
const TIME = packed("55540500 01 00f15365");

describe("X-18: the records of a zip", () => {
  test("of a file", () => {
    expect(hex(localHeader(file))).toBe(packed(`504b0304 1400 0808 0000 aab1 6e57 00000000 00000000 00000000 0100 0900 61 ${TIME}`));
    expect(hex(descriptor(file, 0x12345678))).toBe(packed("504b070878563412 0300000003000000"));
    const central = `504b0102 2d03 1400 0808 0000 aab1 6e57 78563412 03000000 03000000 0100 0900 0000 0000 0000 0000a481 00000000 61 ${TIME}`;
    expect(hex(centralHeader(file, 0x12345678))).toBe(packed(central));
  });

  test("of a folder have no descriptor", () => {
    const folder: ZipEntry = { ...file, path: Buffer.from("a/"), isFolder: true, size: 0 };
    expect(hex(localHeader(folder).subarray(4, 8))).toBe("14000008");
    expect(descriptorBytes(folder)).toBe(0);
    expect(hex(centralHeader(folder, 0).subarray(38, 42))).toBe("1000ed41");
  });

  test("of a file of 4 GiB have 64 bits", () => {
    const large: ZipEntry = { ...file, size: GIB4 };
    expect(hex(localHeader(large).subarray(18, 30))).toBe(packed("ffffffffffffffff 0100 1d00"));
    expect(hex(localHeader(large).subarray(40))).toBe("01001000" + "00".repeat(16));
    expect(hex(descriptor(large, 1))).toBe(packed("504b0708 01000000") + "0000000001000000".repeat(2));
    expect(hex(centralHeader(large, 1).subarray(56))).toBe("01001000" + "0000000001000000".repeat(2));
    expect(hex(centralHeader({ ...file, offset: GIB4 }, 1).subarray(56))).toBe(packed("01000800 0000000001000000"));
    expect(hex(centralHeader({ ...large, offset: GIB4 }, 1).subarray(56))).toBe("01001800" + "0000000001000000".repeat(3));
  });

  test.each([0, 3, 0xfffffffe, 0xffffffff, GIB4, 2 ** 50])("have the lengths that the layout counts on, for %d bytes", (size) => {
    for (const modifiedS of [-1, 0, 1_700_000_000, 0x7fffffff, 0x80000000]) {
      for (const offset of [0, 0xffffffff, 2 ** 50]) {
        const entry: ZipEntry = { ...file, path: Buffer.from("folder/name"), size, modifiedS, offset };
        const shape = { ...entry, pathBytes: entry.path.byteLength };
        expect(localHeader(entry).byteLength).toBe(localHeaderBytes(shape));
        expect(descriptor(entry, 0).byteLength).toBe(descriptorBytes(shape));
        expect(centralHeader(entry, 0).byteLength).toBe(centralHeaderBytes(shape));
      }
    }
  });

  test.each<[number, string]>([
    [0, packed("0000 2100")],
    [315_532_800, packed("0000 2100")],
    [1_700_000_001, packed("aab1 6e57")],
    [4_354_819_199, packed("7dbf 9fff")],
    [1e12, packed("7dbf 9fff")],
  ])("have the time of DOS for %d s, in UTC and within its range", (modifiedS, dos) => {
    expect(hex(localHeader({ ...file, modifiedS }).subarray(10, 14))).toBe(dos);
  });

  test("at the end have 64 bits from 65,535 entries, and from 4 GiB", () => {
    expect(hex(endRecords({ entries: 0xfffe, offset: 10, bytes: 5 }))).toBe(packed("504b0506 00000000 fefffeff 05000000 0a000000 0000"));
    const large = endRecords({ entries: 0xffff, offset: 10, bytes: 5 });
    expect(hex(large)).toBe(
      [
        [
          "504b0606",
          "2c00000000000000",
          "2d03",
          "2d00",
          "0000000000000000",
          "ffff000000000000".repeat(2),
          "0500000000000000",
          "0a00000000000000",
        ],
        ["504b0607", "00000000", "0f00000000000000", "01000000"],
        ["504b0506", "00000000", "ffffffff", "05000000", "0a000000", "0000"],
      ]
        .flat()
        .join(""),
    );
    expect(endRecords({ entries: 1, offset: GIB4, bytes: 5 }).byteLength).toBe(98);
  });
});

import { encode } from "uqr";
import { describe, expect, it } from "vitest";
import { qrCodeLines } from "./qr-code.ts";

const LINK = `http://127.0.0.1:7264/s/${"A".repeat(22)}#v1.${"b".repeat(43)}`;

/** Reads the half blocks back into modules, light ones true. */
function modulesOf(lines: readonly string[]): boolean[][] {
  return lines.flatMap((line) => [Array.from(line, (c) => c === "█" || c === "▀"), Array.from(line, (c) => c === "█" || c === "▄")]);
}

describe("qrCodeLines", () => {
  it("fits an 80-column terminal, and contains exactly the link", () => {
    const lines = qrCodeLines(LINK, { columns: 80, rows: 24 }) ?? [];
    const { data, size } = encode(LINK, { ecc: "L", border: 2 });
    expect(lines.every((line) => line.length === size)).toBe(true);
    expect(lines.length).toBeLessThan(24);
    expect(modulesOf(lines).slice(0, size)).toEqual(data.map((row) => row.map((dark) => !dark)));
  });

  it("doubles in a large terminal", () => {
    const lines = qrCodeLines(LINK, { columns: 200, rows: 60 }) ?? [];
    expect(lines[0]?.length).toBe(2 * lines.length);
  });

  it("stays small if there are few rows", () => {
    const small = qrCodeLines(LINK, { columns: 80, rows: 24 });
    expect(qrCodeLines(LINK, { columns: 200, rows: 30 })).toEqual(small);
  });

  it("is omitted if lines would wrap", () => {
    expect(qrCodeLines(LINK, { columns: 30, rows: 60 })).toBeUndefined();
  });
});

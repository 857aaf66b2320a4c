import { encode, renderUnicode, renderUnicodeCompact } from "uqr";

/** Modules of light margin; ISO/IEC 18004 asks for 4, phones do with 2, and the terminal is narrow. */
const BORDER_MODULES = 2;
/** Rows that the text around the code needs: the code grows only where these are left over. */
const TEXT_ROWS = 12;

export interface QrCodeSize {
  readonly columns: number;
  readonly rows: number;
}

/**
 * The text as a QR code that fits the terminal: two characters a module where there is room, two modules a character where there is less.
 * Light modules are drawn, dark ones left out: paint it light on dark.
 * @returns lines, or `undefined` where the terminal is too narrow.
 */
export function qrCodeLines(text: string, { columns, rows }: QrCodeSize): string[] | undefined {
  const options = { ecc: "L", border: BORDER_MODULES } as const;
  const { size } = encode(text, options);
  if (2 * size <= columns && size + TEXT_ROWS <= rows) {
    return renderUnicode(text, { ...options, whiteChar: "██", blackChar: "  " }).split("\n");
  }
  return size <= columns ? renderUnicodeCompact(text, options).split("\n") : undefined;
}

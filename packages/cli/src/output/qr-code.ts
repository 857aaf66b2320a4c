import { encode, renderUnicode, renderUnicodeCompact } from "uqr";
import type { TerminalSize } from "./terminal.ts";

/** Light margin in modules. ISO/IEC 18004 requires 4, but phones accept 2, and terminals are narrow. */
const BORDER_MODULES = 2;
/** Rows needed by the text around the code. The large code is used only if these remain. */
const TEXT_ROWS = 12;

/**
 * Draws a QR code that fits the terminal: two characters per module if there is room, otherwise two modules per character.
 * Light modules are drawn, dark ones are blank, so it must be printed light on dark.
 * @returns lines, or `undefined` if the terminal is too narrow
 */
export function qrCodeLines(text: string, { columns, rows }: TerminalSize): string[] | undefined {
  const options = { ecc: "L", border: BORDER_MODULES } as const;
  const { size } = encode(text, options);
  if (2 * size <= columns && size + TEXT_ROWS <= rows) {
    return renderUnicode(text, { ...options, whiteChar: "██", blackChar: "  " }).split("\n");
  }
  return size <= columns ? renderUnicodeCompact(text, options).split("\n") : undefined;
}

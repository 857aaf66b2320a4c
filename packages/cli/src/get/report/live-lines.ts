/* Pieces of the live block of `rangecast get`. */
import type { Colors } from "picocolors/types.js";

export const INDENT = "  ";

export function bar(percent: number, characters: number, colors: Colors): string {
  const done = Math.floor((percent / 100) * characters);
  return `${colors.cyan("█".repeat(done))}${colors.dim("░".repeat(characters - done))}`;
}

/** Wraps the parts into indented lines shorter than `columns`. */
export function wrap(parts: readonly string[], gap: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const part of parts) {
    const longer = line === "" ? `${INDENT}${part}` : `${line}${gap}${part}`;
    if (line !== "" && longer.length >= columns) {
      lines.push(line);
      line = `${INDENT}${part}`;
    } else line = longer;
  }
  return line === "" ? lines : [...lines, line];
}

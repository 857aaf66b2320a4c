/** The text printed once the share is ready: the file's name and size, the link, the QR code, and the notices. */
import type { Colors } from "picocolors/types.js";
import { formatBytes, printable } from "../../format.ts";
import type { TerminalSize } from "../../output/terminal.ts";
import { qrCodeLines } from "./qr-code.ts";
import type { ReadyEvent } from "./share-event.ts";

export interface ReadyTextOptions {
  /** Space for a QR code; without it, none is printed. */
  readonly qr?: TerminalSize;
  readonly colors: Colors;
}

export function readyText(event: ReadyEvent, { qr, colors }: ReadyTextOptions): string {
  const lines = [`Sharing ${colors.bold(printable(event.name))} (${formatBytes(event.size)})`, "", `  ${colors.cyan(event.link)}`, ""];
  const code = qr === undefined ? undefined : qrCodeLines(event.link, qr);
  // Scanners need dark on light whatever the theme, so the colours are set. Without colours, the usual dark background works.
  if (code !== undefined) lines.push(...code.map((line) => colors.bgBlack(colors.whiteBright(line))), "");
  else if (qr !== undefined) lines.push(colors.dim("(The terminal is too narrow for a QR code.)"), "");
  if (event.notices.length > 0) lines.push(...event.notices.map((notice) => colors.yellow(notice)), "");
  return lines.join("\n");
}

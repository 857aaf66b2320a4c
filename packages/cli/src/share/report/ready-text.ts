/** What is printed once, when the share stands: what, how large, the link, who can use it, and the link again for phones. */
import type { Colors } from "picocolors/types.js";
import { formatBytes, printable } from "../../format.ts";
import { qrCodeLines, type QrCodeSize } from "./qr-code.ts";
import type { ReadyEvent } from "./share-event.ts";

export interface ReadyTextOptions {
  /** Room for a QR code; without it there is none. */
  readonly qr?: QrCodeSize;
  readonly colors: Colors;
}

export function readyText(event: ReadyEvent, { qr, colors }: ReadyTextOptions): string {
  const lines = [`Sharing ${colors.bold(printable(event.name))} (${formatBytes(event.size)})`, "", `  ${colors.cyan(event.link)}`, ""];
  const code = qr === undefined ? undefined : qrCodeLines(event.link, qr);
  // Painted whatever the theme, as a scanner wants dark on light; where colours are off, the usual dark background does.
  if (code !== undefined) lines.push(...code.map((line) => colors.bgBlack(colors.whiteBright(line))), "");
  else if (qr !== undefined) lines.push(colors.dim("(The terminal is too narrow for a QR code.)"), "");
  if (event.notices.length > 0) lines.push(...event.notices.map((notice) => colors.yellow(notice)), "");
  return lines.join("\n");
}

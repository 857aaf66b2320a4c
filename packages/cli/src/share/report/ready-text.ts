/** The text printed once the share is ready: the name, the file's size, the link, the QR code, and the notices. */
import type { Colors } from "picocolors/types.js";
import { formatBytes, printable } from "../../format.ts";
import { lanLines, qrLines } from "../../lan/lan-lines.ts";
import type { TerminalSize } from "../../output/terminal.ts";
import { termsLine } from "../link-terms.ts";
import type { ReadyEvent } from "./share-event.ts";

export interface ReadyTextOptions {
  /** Space for a QR code; without it, none is printed. */
  readonly qr?: TerminalSize;
  readonly colors: Colors;
}

export function readyText(event: ReadyEvent, { qr, colors }: ReadyTextOptions): string {
  const what = event.folder === true ? "folder" : formatBytes(event.size);
  const terms = termsLine(event);
  const lines = [`Sharing ${colors.bold(printable(event.name))} (${what})`, "", `  ${colors.cyan(event.link)}`, ""];
  if (terms !== "") lines.push(`  ${terms}`, "");
  const options = { colors, ...(qr === undefined ? {} : { qr }) };
  const { lan, lanPage, lanName, lanOthers = [] } = event;
  // One QR code fits a terminal, and the address in this network is for the phone next to it.
  if (lan === undefined || lanPage === undefined) lines.push(...qrLines(event.link, options));
  else lines.push(...lanLines({ lan, lanPage, lanOthers, ...(lanName === undefined ? {} : { lanName }) }, options));
  if (event.notices.length > 0) lines.push(...event.notices.map((notice) => colors.yellow(notice)), "");
  return lines.join("\n");
}

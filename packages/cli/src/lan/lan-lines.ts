import type { Colors } from "picocolors/types.js";
import { qrCodeLines } from "../output/qr-code.ts";
import type { TerminalSize } from "../output/terminal.ts";
import type { LanAddresses } from "./serve-lan.ts";

/** Lines with the addresses in the local network, and a QR code of the page. */
export function lanLines(
  { lan, lanPage, lanName }: LanAddresses,
  { qr, colors }: { readonly qr?: TerminalSize; readonly colors: Colors },
): string[] {
  const named = lanName === undefined ? [] : [`  ${colors.cyan(lanName)}`];
  return [
    "In this network, for browsers:",
    `  ${colors.cyan(lanPage)}`,
    ...named,
    "In this network, for televisions, Chromecast, VLC and other players:",
    `  ${colors.cyan(lan)}`,
    "",
    ...qrLines(lanPage, { colors, ...(qr === undefined ? {} : { qr }) }),
  ];
}

/** A QR code for a terminal, or why there is none; nothing without `qr`. */
export function qrLines(text: string, { qr, colors }: { readonly qr?: TerminalSize; readonly colors: Colors }): string[] {
  if (qr === undefined) return [];
  const code = qrCodeLines(text, qr);
  if (code === undefined) return [colors.dim("(The terminal is too narrow for a QR code.)"), ""];
  // Scanners need dark on light whatever the theme, so the colours are set. Without colours, the usual dark background works.
  return [...code.map((line) => colors.bgBlack(colors.whiteBright(line))), ""];
}

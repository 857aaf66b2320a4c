import type { OutputFlags } from "../context.ts";
import type { LanFlags } from "../lan/lan-settings.ts";

/** The options of `rangecast open` as commander parses them. */
export interface OpenFlags extends OutputFlags, LanFlags {
  readonly port?: number;
  /** A program, with options separated by spaces. */
  readonly player?: string;
  readonly qr: boolean;
}

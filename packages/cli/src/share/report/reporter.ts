import type { Context } from "../../context.ts";
import { createHumanReporter } from "./human-reporter.ts";
import { createJsonReporter } from "./json-reporter.ts";
import { createQuietReporter } from "./quiet-reporter.ts";
import type { ShareReporter } from "./share-event.ts";

export interface ReporterFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly qr: boolean;
}

/** How the events are told, as the options say. */
export function createReporter(
  { json, quiet, qr }: ReporterFlags,
  { terminal, env, colors }: Pick<Context, "terminal" | "env" | "colors">,
): ShareReporter {
  if (json === true) return createJsonReporter(terminal);
  if (quiet === true) return createQuietReporter(terminal);
  return createHumanReporter(terminal, { colors, qr: qr && env["RANGECAST_QR"] !== "0" });
}

/** Output of `rangecast open`: lines, because a player may use the terminal as well. */
import type { Colors } from "picocolors/types.js";
import { troubleText } from "../../doctor/diagnose.ts";
import type { Context } from "../../context.ts";
import { formatBytes, printable, printableMessage } from "../../format.ts";
import { lanLines } from "../../lan/lan-lines.ts";
import type { TerminalSize } from "../../output/terminal.ts";
import type { OpenFlags } from "../settings.ts";
import type { OpenEvent, OpenReadyEvent, OpenReporter } from "./open-event.ts";

/** Creates the reporter that the options ask for. */
export function createOpenReporter(
  { json, quiet, qr, player }: Pick<OpenFlags, "json" | "quiet" | "qr" | "player">,
  { terminal, env, colors }: Pick<Context, "terminal" | "env" | "colors">,
): OpenReporter {
  if (json === true) return (event) => terminal.print(JSON.stringify(event));
  if (quiet === true) return (event) => (event.event === "ready" ? terminal.print(event.lan ?? event.url) : undefined);
  const wantsQr = qr && env["RANGECAST_QR"] !== "0" && terminal.interactive && player === undefined;
  const lineOf = createLines({ colors, ...(wantsQr ? { qr: terminal } : {}) });
  return (event) => {
    const line = lineOf(event);
    if (line !== undefined) terminal.print(line);
  };
}

interface LineOptions {
  readonly colors: Colors;
  readonly qr?: TerminalSize;
}

function createLines(options: LineOptions): (event: OpenEvent) => string | undefined {
  let lost = false;
  return (event) => {
    switch (event.event) {
      case "ready":
        return readyText(event, options);
      case "reconnecting":
        if (lost) return undefined;
        lost = true;
        return `Connection lost (${printable(event.message)}). Reconnecting.`;
      case "reconnected":
        if (!lost) return undefined;
        lost = false;
        return "Reconnected.";
      case "trouble":
        return printableMessage(troubleText(event));
      case "changed":
        return `The file changed on the host (${formatBytes(event.size)} now). Open the address again.`;
      case "player-ended":
        return "The player has ended.";
      case "stopped":
        return "Stopped.";
      case "connecting":
        return undefined;
    }
  };
}

function readyText(event: OpenReadyEvent, { colors, qr }: LineOptions): string {
  const { name, size, url, lan, lanPage, lanName, lanOthers = [], notices } = event;
  const lines = [
    `Serving ${colors.bold(printable(name))}${size === undefined ? "" : ` (${formatBytes(size)})`} for players on this computer`,
    "",
    `  ${colors.cyan(url)}`,
    "",
  ];
  if (lan !== undefined && lanPage !== undefined) {
    const addresses = { lan, lanPage, lanOthers, ...(lanName === undefined ? {} : { lanName }) };
    lines.push(...lanLines(addresses, { colors, ...(qr === undefined ? {} : { qr }) }));
  }
  return [...lines, ...notices.map((notice) => colors.yellow(notice)), ...(notices.length > 0 ? [""] : [])].join("\n");
}

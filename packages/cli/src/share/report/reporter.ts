import type { Context } from "../../context.ts";
import { printableMessage } from "../../format.ts";
import type { Terminal } from "../../output/terminal.ts";
import { createHumanReporter, type LivePrompt } from "./human-reporter.ts";
import type { ShareFlags } from "../settings.ts";
import type { ShareReporter } from "./share-event.ts";

/** Creates the reporter that the options ask for. */
export function createReporter(
  { json, quiet, qr }: Pick<ShareFlags, "json" | "quiet" | "qr">,
  { terminal, env, colors }: Pick<Context, "terminal" | "env" | "colors">,
  prompt?: LivePrompt,
): ShareReporter {
  if (json === true) return (event) => terminal.print(JSON.stringify(event));
  if (quiet === true) return createQuietReporter(terminal);
  return createHumanReporter(terminal, { colors, prompt, qr: qr && env["RANGECAST_QR"] !== "0" });
}

/** Prints only the link on standard output, and with `--lan` the address below it, for scripts: `link=$(rangecast share --quiet …)`. A tunnel's new link follows. What keeps viewers away goes to standard error. */
function createQuietReporter(terminal: Pick<Terminal, "print" | "warn">): ShareReporter {
  return (event) => {
    if (event.event === "ready") terminal.print(event.lan === undefined ? event.link : `${event.link}\n${event.lan}`);
    if (event.event === "tunnel-online" && event.changed) terminal.print(event.link);
    if (event.event === "trouble")
      terminal.warn(`rangecast: viewers may be unable to connect: ${printableMessage(`${event.found}. ${event.advice}`)}`);
  };
}

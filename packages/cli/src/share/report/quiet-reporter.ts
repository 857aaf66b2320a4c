import { printable } from "../../format.ts";
import type { ShareReporter } from "./share-event.ts";
import type { Terminal } from "../../output/terminal.ts";

const MAX_TROUBLE_CHARACTERS = 1000;

/** The link alone on standard output, for scripts: `link=$(rangecast share --quiet …)`. Errors, and what keeps viewers away, go to standard error. */
export function createQuietReporter(terminal: Pick<Terminal, "print" | "warn">): ShareReporter {
  return (event) => {
    if (event.event === "ready") terminal.print(event.link);
    if (event.event === "trouble")
      terminal.warn(`rangecast: viewers may not get through: ${printable(`${event.found}. ${event.advice}`, MAX_TROUBLE_CHARACTERS)}`);
  };
}

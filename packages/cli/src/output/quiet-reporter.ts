import type { ShareReporter } from "./share-event.ts";
import type { Terminal } from "./terminal.ts";

/** The link alone on standard output, for scripts: `link=$(rangecast share --quiet …)`. Errors go where they always go. */
export function createQuietReporter(terminal: Pick<Terminal, "print">): ShareReporter {
  return (event) => {
    if (event.event === "ready") terminal.print(event.link);
  };
}

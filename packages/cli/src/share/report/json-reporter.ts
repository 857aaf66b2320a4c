import type { ShareReporter } from "./share-event.ts";
import type { Terminal } from "../../output/terminal.ts";

/** One JSON object a line, and nothing else, on standard output. */
export function createJsonReporter(terminal: Pick<Terminal, "print">): ShareReporter {
  return (event) => terminal.print(JSON.stringify(event));
}

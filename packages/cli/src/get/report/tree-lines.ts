/** The lines that `rangecast get` prints for the events of a folder. */
import type { Colors } from "picocolors/types.js";
import { formatBytes, printable, printablePath } from "../../format.ts";
import type { GetEvent } from "./get-event.ts";
import type { TreeEvent } from "./tree-event.ts";
import { treeDoneText, treeProgressParts, treeReadyText } from "./tree-text.ts";

/** Files of one kind that are printed; the summary has the number of all. */
const MAX_LISTED = 200;
/** Without a terminal, one of so many progress events is printed: one comes every second. */
const LINES_APART = 10;

const TREE_EVENTS: ReadonlySet<string> = new Set<TreeEvent["event"]>([
  "tree-ready",
  "tree-progress",
  "file-saved",
  "file-exists",
  "file-failed",
  "would-fetch",
  "tree-done",
]);

export function isTreeEvent(event: GetEvent): event is TreeEvent {
  return TREE_EVENTS.has(event.event);
}

/** The line of an event; undefined if it has none. */
export function createTreeLines(interactive: boolean, colors: Colors): (event: TreeEvent) => string | undefined {
  const printed = { "file-exists": 0, "file-failed": 0 };
  let progressEvents = 0;
  return (event) => {
    switch (event.event) {
      case "tree-ready":
        return treeReadyText(event, colors);
      case "tree-progress":
        progressEvents += 1;
        if (interactive || progressEvents % LINES_APART !== 1) return undefined;
        return `${treeProgressParts(event).join(", ")}.`;
      case "would-fetch":
        return `${formatBytes(event.size).padStart("99.9 MB".length)}  ${printablePath(event.path)}`;
      case "file-exists":
        printed[event.event] += 1;
        return printed[event.event] > MAX_LISTED ? undefined : colors.yellow(`Not replaced: ${printablePath(event.file)}`);
      case "file-failed":
        printed[event.event] += 1;
        if (printed[event.event] > MAX_LISTED) return undefined;
        return colors.red(`Failed: ${printablePath(event.path)}: ${printable(event.message)}.`);
      case "tree-done":
        return treeDoneText(event, colors);
      case "file-saved":
        return undefined;
    }
  };
}

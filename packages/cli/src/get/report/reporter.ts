/** Prints the events of `rangecast get`: for people, as JSON, or only the result. */
import type { Colors } from "picocolors/types.js";
import type { Context } from "../../context.ts";
import { troubleText } from "../../doctor/diagnose.ts";
import { formatBytes, formatDuration, formatRate, printable, printableMessage, printablePath } from "../../format.ts";
import type { Terminal } from "../../output/terminal.ts";
import type { GetDoneEvent, GetEvent, GetProgressEvent, GetReadyEvent, GetReporter } from "./get-event.ts";
import { liveText, type LiveView, progressParts } from "./live-text.ts";
import { createTreeLines, isTreeEvent } from "./tree-lines.ts";
import type { TreeEvent } from "./tree-event.ts";
import type { GetFlags } from "../settings.ts";

const TENTH_PERCENT = 10;

export function createGetReporter({ json, quiet }: GetFlags, { terminal, colors }: Pick<Context, "terminal" | "colors">): GetReporter {
  if (json === true) return (event) => terminal.print(JSON.stringify(event));
  return quiet === true ? createQuietReporter(terminal, colors) : createHumanReporter(terminal, colors);
}

/** Prints only the saved file's path, for scripts; with --sha256, the hash before it, as sha256sum(1) does. */
function createQuietReporter(terminal: Terminal, colors: Colors): GetReporter {
  const lineOf = createTreeLines(false, colors);
  return (event) => {
    if (event.event === "tree-done" && !event.dryRun) terminal.print(event.folder);
    if (event.event === "would-fetch") terminal.print(event.file);
    // The names of what is missing at the end are errors.
    if (event.event === "file-failed" || event.event === "file-exists") {
      const line = lineOf(event);
      if (line !== undefined) terminal.warn(line);
    }
    if (event.event !== "done") return;
    const parts = [
      ...(event.sha256 === undefined ? [] : [event.sha256]),
      ...(event.file === "-" && event.sha256 === undefined ? [] : [event.file]),
    ];
    if (parts.length > 0) terminal.print(parts.join("  "));
  };
}

/** On a terminal, a block that is redrawn in place; elsewhere, a line for each tenth of the file and for unusual events. */
function createHumanReporter(terminal: Terminal, colors: Colors): GetReporter {
  const lineOf = createLines(terminal.interactive, colors);
  const treeLineOf = createTreeLines(terminal.interactive, colors);
  let view: LiveView = { phase: "connecting", resumable: true };
  return (event) => {
    view = nextView(view, event);
    const text = isTreeEvent(event) ? treeLineOf(event) : lineOf(event);
    // Many files are saved in a second.
    if (text === undefined && event.event === "file-saved") return;
    if (isLast(event)) terminal.live("");
    if (text !== undefined) terminal.print(text);
    if (!isLast(event)) terminal.live(liveText(view, terminal.columns, colors));
  };
}

function isLast({ event }: GetEvent): boolean {
  return event === "done" || event === "tree-done" || event === "stopped";
}

function nextView(view: LiveView, event: GetEvent): LiveView {
  switch (event.event) {
    case "connecting":
    case "hashing":
      return { ...view, phase: event.event };
    case "ready":
      return { ...view, phase: "fetching", resumable: event.file !== "-" && event.size !== undefined };
    case "tree-ready":
      return { ...view, phase: "fetching", resumable: true };
    case "progress":
    case "tree-progress":
      // Progress events continue during a reconnect; the phase stays.
      return { ...view, phase: view.phase === "reconnecting" ? "reconnecting" : "fetching", progress: event };
    case "reconnecting":
      return { ...view, phase: "reconnecting", trouble: event.message };
    case "reconnected":
      return { ...view, phase: "fetching" };
    case "trouble":
    case "done":
    case "stopped":
    case "file-saved":
    case "file-exists":
    case "file-failed":
    case "would-fetch":
    case "tree-done":
      return view;
  }
}

function sizeText({ size, estimatedSize }: GetReadyEvent): string {
  if (size !== undefined) return ` (${formatBytes(size)})`;
  return estimatedSize === undefined ? "" : ` (about ${formatBytes(estimatedSize)})`;
}

function readyText(event: GetReadyEvent, colors: Colors): string {
  const { name, file, resumed, notices } = event;
  const where = file === "-" ? "standard output" : printablePath(file);
  const lines = [`Downloading ${colors.bold(printable(name))}${sizeText(event)} to ${where}`];
  if (resumed > 0) lines.push(`Continuing at ${formatBytes(resumed)}.`);
  return [...lines, ...notices.map((notice) => colors.yellow(notice))].join("\n");
}

function doneText({ file, size, fetched, seconds, sha256 }: GetDoneEvent, colors: Colors): string {
  const speed = fetched > 0 && seconds >= 1 ? `, ${formatRate(fetched / seconds)}` : "";
  const where = file === "-" ? "Done" : `Saved ${colors.bold(printablePath(file))}`;
  const lines = [colors.green(`${where} (${formatBytes(size)}) in ${formatDuration(seconds)}${speed}.`)];
  return [...lines, ...(sha256 === undefined ? [] : [`SHA-256: ${sha256}`])].join("\n");
}

function createLines(interactive: boolean, colors: Colors): (event: Exclude<GetEvent, TreeEvent>) => string | undefined {
  let printed = "";
  let lost = false;
  return (event) => {
    switch (event.event) {
      case "progress": {
        if (interactive || printed === milestone(event)) return undefined;
        printed = milestone(event);
        return `${progressParts(event).join(", ")}.`;
      }
      case "reconnecting":
        if (interactive || lost) return undefined;
        lost = true;
        return `Connection lost (${printable(event.message)}). Reconnecting.`;
      case "reconnected":
        if (interactive || !lost) return undefined;
        lost = false;
        return "Reconnected.";
      case "trouble":
        return printableMessage(troubleText(event));
      case "stopped":
        return event.resumable ? `Stopped at ${formatBytes(event.bytes)}. Run the same command again to continue.` : "Stopped.";
      case "ready":
        return readyText(event, colors);
      case "done":
        return doneText(event, colors);
      case "connecting":
      case "hashing":
        return undefined;
    }
  };
}

/** Changes when the next line is due: at each tenth of the file (for an unknown size, each time the bytes double), and when the path changes. */
function milestone({ bytes, size, percent, path }: GetProgressEvent): string {
  if (size === undefined) return `${path} ${bytes === 0 ? "" : Math.floor(Math.log2(bytes))}`;
  return `${path} ${percent === undefined ? "" : Math.floor(percent / TENTH_PERCENT)}`;
}

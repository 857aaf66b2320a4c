/** Output for people: the link, then the viewers. On a terminal the list of viewers is redrawn in place; elsewhere each change is a line. */
import type { Colors } from "picocolors/types.js";
import { asSentence, formatBytes, printable, printableMessage } from "../../format.ts";
import { readyText } from "./ready-text.ts";
import type { ProgressEvent, ShareEvent, ShareReporter } from "./share-event.ts";
import type { Terminal } from "../../output/terminal.ts";
import { viewerFailedLine } from "./viewer-failed-line.ts";
import { count, RELAY_OFFLINE, viewerTable } from "./viewer-table.ts";
import { LINK_ENDED, nextViewers, NO_VIEWERS } from "./viewers.ts";

export interface HumanReporterOptions {
  readonly qr: boolean;
  readonly colors: Colors;
  /** The question in the live block. @default none is asked, and `x` does nothing */
  readonly prompt?: LivePrompt | undefined;
}

/** A question that is asked in the live block. */
export interface LivePrompt {
  /** Undefined: nothing is asked. */
  text: string | undefined;
  /** Whether keys are read. */
  active: boolean;
  /** Shows the change. */
  changed: () => void;
}

export function createHumanReporter(terminal: Terminal, options: HumanReporterOptions): ShareReporter {
  const { colors, prompt } = options;
  const lineOf = createLines();
  let viewers = NO_VIEWERS;
  let ready = false;
  const redraw = (): void => {
    if (ready) terminal.live(viewerTable(viewers, { size: terminal, colors, canDrop: prompt?.active ?? false, question: prompt?.text }));
  };
  if (prompt !== undefined) prompt.changed = redraw;
  return (event) => {
    viewers = nextViewers(viewers, event);
    if (event.event === "ready") {
      ready = true;
      const qr = options.qr && terminal.interactive ? { qr: terminal } : {};
      terminal.print(readyText(event, { colors, ...qr }));
    }
    const line = lineOf(event, terminal.interactive);
    if (line !== undefined) terminal.print(line);
    if (event.event !== "stopped") return redraw();
    ready = false;
    terminal.live("");
  };
}

/** Lines for the events that deserve one. On a terminal the live block shows the others. */
function createLines(): (event: ShareEvent, interactive: boolean) => string | undefined {
  const tenths = new Map<number, string>();
  let offline = false;
  return (event, interactive) => {
    switch (event.event) {
      case "viewer-joined":
        return interactive ? undefined : `Viewer ${event.viewer} joined.`;
      case "progress": {
        if (interactive || tenths.get(event.viewer) === milestone(event)) return undefined;
        tenths.set(event.viewer, milestone(event));
        return `Viewer ${event.viewer}: ${event.percent === undefined ? "" : `${event.percent} %, `}${formatBytes(event.bytes)}, ${event.path}.`;
      }
      case "viewer-left":
        tenths.delete(event.viewer);
        return `Viewer ${event.viewer} left after ${formatBytes(event.bytes)}: ${printable(event.message)}`;
      case "viewer-failed":
        return viewerFailedLine(event);
      case "download-taken":
        return `${event.file === undefined ? "Downloaded" : `${printable(event.file)} was downloaded`} ${event.taken} of ${event.max} times.`;
      case "link-ended":
        return interactive
          ? undefined
          : `${LINK_ENDED[event.reason]} Viewers who open it are told so. Sharing the same again makes a new link.`;
      case "relay-offline":
        if (interactive || offline) return undefined;
        offline = true;
        return RELAY_OFFLINE;
      case "relay-online":
        if (interactive || !offline) return undefined;
        offline = false;
        return "The relay can be reached again.";
      case "tunnel-offline":
        return `The tunnel is gone: ${asSentence(printableMessage(event.message))} Current viewers stay connected, but nobody new can join. Trying again.`;
      case "tunnel-online":
        return event.changed ? `The tunnel has another address. The link is now:\n\n  ${event.link}\n` : "The tunnel works again.";
      case "trouble":
        return `Viewers may be unable to connect: ${printableMessage(`${event.found}. ${event.advice}`)}`;
      case "stopping":
        return interactive ? undefined : `Stopping${event.viewers > 0 ? `, and notifying ${count(event.viewers)}` : ""}.`;
      case "stopped":
        return "Stopped.";
      case "error":
        return asSentence(printableMessage(event.message));
      case "ready":
        return undefined;
    }
  };
}

const TENTH_PERCENT = 10;

/** Changes when the next line is due: when the path becomes known or changes, and at each tenth of the file. */
function milestone({ percent, path }: ProgressEvent): string {
  return `${path} ${percent === undefined ? "" : Math.floor(percent / TENTH_PERCENT)}`;
}

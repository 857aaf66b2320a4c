/** Why a viewer came to nothing, as one line on the host's terminal. */
import { printable } from "../../format.ts";
import type { ViewerFailedEvent } from "./share-event.ts";

/** Each reason that isn't a matter of candidates. */
const BEGINNINGS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    bye: "A viewer left before it was connected",
    refused: "A viewer was turned away",
    "file-gone": "A viewer could not be served",
    "no-file": "A viewer could not be served",
  }),
);
/** What the WebRTC stack says of these is for programs and logs. */
const WHOLE: ReadonlyMap<string, string> = new Map([
  ["bad-offer", "A viewer's program offered a connection that can't be used."],
  ["answer-failed", "A viewer could not be connected: this computer could not make its part of the connection."],
]);
const NO_CONNECTION = "A viewer could not be connected";

export function viewerFailedLine(event: ViewerFailedEvent): string {
  const { reason, message, offered, why, todo = [], others } = event;
  const known = BEGINNINGS.get(reason);
  const [first] = todo;
  const connection = offered === undefined ? [] : [`${capital(offered.words)}.`];
  // Who just left needs no advice; that nothing connected before is told by what was offered.
  const explained = known === undefined && why !== undefined ? [why, ...(first === undefined ? [] : [first])] : [];
  const rest = others === 0 ? [] : [`(${others} more failed since the last line like this.)`];
  const line = [WHOLE.get(reason) ?? `${known ?? NO_CONNECTION}: ${sentence(message)}`, ...connection, ...explained, ...rest].join(" ");
  return printable(line, MAX_LINE_CHARACTERS);
}

const MAX_LINE_CHARACTERS = 600;

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** Explains on the host's terminal, in one line, why a viewer could not be served. */
import { asSentence, capitalize, printable } from "../../format.ts";
import type { ViewerFailedEvent } from "./share-event.ts";

/** How the line begins, for the reasons that have nothing to do with candidates. */
const BEGINNINGS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    bye: "A viewer left before it was connected",
    refused: "A viewer was refused",
    expired: "A viewer was refused",
    "used-up": "A viewer was refused",
    revoked: "A viewer was refused",
    dropped: "A viewer was refused",
    "file-gone": "A viewer could not be served",
    "no-file": "A viewer could not be served",
  }),
);
/** For these reasons the event's message is from the WebRTC stack, so it is replaced. */
const WHOLE: ReadonlyMap<string, string> = new Map([
  ["bad-offer", "A viewer's program offered an unusable connection."],
  ["answer-failed", "A viewer could not connect: this computer could not create its side of the connection."],
]);
const NO_CONNECTION = "A viewer could not connect";

export function viewerFailedLine(event: ViewerFailedEvent): string {
  const { reason, message, offered, why, todo = [], others } = event;
  const known = BEGINNINGS.get(reason);
  const [first] = todo;
  const connection = offered === undefined ? [] : [`${capitalize(offered.words)}.`];
  // For a viewer that left there is no advice, only what was offered.
  const explained = known === undefined && why !== undefined ? [why, ...(first === undefined ? [] : [first])] : [];
  const rest = others === 0 ? [] : [`(${others} more failed since the last such message.)`];
  const line = [WHOLE.get(reason) ?? `${known ?? NO_CONNECTION}: ${asSentence(message)}`, ...connection, ...explained, ...rest].join(" ");
  return printable(line, MAX_LINE_CHARACTERS);
}

const MAX_LINE_CHARACTERS = 600;

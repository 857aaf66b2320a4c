import { parseArgs } from "node:util";

export interface Arguments {
  /** How long viewers come and go. */
  readonly minutes: number;
  /** How long after the last viewer the remaining resources are checked. */
  readonly settleSeconds: number;
  /** Print one JSON object as the last line instead of the table. */
  readonly json: boolean;
}

const DEFAULT_MINUTES = 5;
/** A vanished viewer is noticed after 30 s (ICE), and the relay keeps a session for 60 s after its end. */
const DEFAULT_SETTLE_SECONDS = 100;
const USAGE = "usage: npm run soak -- [--minutes N] [--settle SECONDS] [--json]";

/** @returns a message if the command line is invalid */
export function readArguments(args: readonly string[]): Arguments | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        minutes: { type: "string", default: String(DEFAULT_MINUTES) },
        settle: { type: "string", default: String(DEFAULT_SETTLE_SECONDS) },
        json: { type: "boolean", default: false },
      },
    });
    const minutes = Number(values.minutes);
    const settleSeconds = Number(values.settle);
    const good = [minutes, settleSeconds].every((value) => value > 0 && Number.isFinite(value));
    return good ? { minutes, settleSeconds, json: values.json } : USAGE;
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n${USAGE}`;
  }
}

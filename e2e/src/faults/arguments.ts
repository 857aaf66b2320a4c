import { parseArgs } from "node:util";

export interface Arguments {
  /** Names of the faults to run; empty: all. */
  readonly only: readonly string[];
  /** Run only a short one. */
  readonly quick: boolean;
  /** Print their names, and run none. */
  readonly list: boolean;
  /** Print one JSON object as the last line instead of the table. */
  readonly json: boolean;
}

export const USAGE = "usage: npm run faults -- [--only NAME,NAME] [--quick] [--json] [--list]";

/** @returns a message if the command line is invalid */
export function readArguments(args: readonly string[]): Arguments | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: "string", multiple: true, default: [] },
        quick: { type: "boolean", default: false },
        list: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
      },
    });
    const only = values.only.flatMap((names) => names.split(",")).filter((name) => name !== "");
    return { ...values, only };
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n${USAGE}`;
  }
}

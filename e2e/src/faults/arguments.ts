import { parseArgs } from "node:util";

export interface Arguments {
  /** The faults to run; empty: all. */
  readonly only: readonly string[];
  /** The few that continuous integration runs. */
  readonly quick: boolean;
  /** Name them, and run none. */
  readonly list: boolean;
  /** One JSON object as the last line, and no table. */
  readonly json: boolean;
}

export const USAGE = "usage: npm run faults -- [--only NAME,NAME] [--quick] [--json] [--list]";

/** @returns what is wrong, as a text, for a wrong command line */
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

import { parseArgs } from "node:util";

export interface Arguments<Name extends string> {
  readonly name: Name;
  /** Print one JSON object as the last line instead of the table. */
  readonly json: boolean;
  /** Rough figures within a minute. */
  readonly quick: boolean;
}

/** @returns a message if the command line is invalid */
export function readArguments<Name extends string>(args: readonly string[], names: readonly Name[]): Arguments<Name> | string {
  const usage = `usage: npm run bench -- NAME [--json] [--quick]; NAME is one of ${names.join(", ")}`;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: { type: "boolean", default: false }, quick: { type: "boolean", default: false } },
      allowPositionals: true,
    });
    const [given, ...more] = positionals;
    const name = names.find((known) => known === given);
    if (name === undefined || more.length > 0) return usage;
    return { name, ...values };
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n${usage}`;
  }
}

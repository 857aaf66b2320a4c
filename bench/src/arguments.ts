import { parseArgs } from "node:util";

export interface Arguments<Name extends string> {
  readonly name: Name;
  /** Print one JSON object as the last line instead of the table. */
  readonly json: boolean;
  /** Rough figures within a few minutes. */
  readonly quick: boolean;
}

/** What a person reads instead of a result. */
export interface Usage {
  readonly text: string;
  /** Whether it was asked for, with --help. Otherwise the command line is invalid. */
  readonly asked: boolean;
}

/** @param benches what each measures, and how long it takes, in a few words */
export function readArguments<Name extends string>(
  args: readonly string[],
  benches: Readonly<Record<Name, string>>,
): Arguments<Name> | Usage {
  const names = Object.keys(benches) as Name[];
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        json: { type: "boolean", default: false },
        quick: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
      allowPositionals: true,
    });
    const { help, json, quick } = values;
    if (help) return { text: usageOf(benches), asked: true };
    const [given, ...more] = positionals;
    const name = names.find((known) => known === given);
    if (name === undefined || more.length > 0) return { text: usageOf(benches), asked: false };
    return { name, json, quick };
  } catch (error) {
    return { text: `${error instanceof Error ? error.message : String(error)}\n${usageOf(benches)}`, asked: false };
  }
}

function usageOf(benches: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.keys(benches).map((name) => name.length));
  return [
    "usage: npm run bench -- NAME [--json] [--quick]",
    "",
    ...Object.entries(benches).map(([name, what]) => `  ${name.padEnd(width)}  ${what}`),
    "",
    "  --json   the last line of stdout is one JSON object",
    "  --quick  rough figures within a few minutes; saves nothing in docs/bench and README.md",
  ].join("\n");
}

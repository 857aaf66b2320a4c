import type { OutputFlags } from "../context.ts";
import type { ServerFlags } from "../serve/listen.ts";
import { CliError } from "../failure/cli-error.ts";
import { isKey, KEY_HINT, parseKeys } from "../usage/option-values.ts";

/** The options as commander parses them. */
export interface RelayFlags extends ServerFlags, OutputFlags {
  readonly origin?: string;
  readonly trustProxy?: boolean;
  readonly key?: readonly string[];
  readonly page: boolean;
}

/** The API keys of plain mode, from options and environment; without keys, plain mode is off. @throws CliError `usage`; its message contains no key */
export function resolveKeys({ key = [] }: Pick<RelayFlags, "key">, env: NodeJS.ProcessEnv): readonly string[] {
  const fromEnvironment = parseKeys(env["RANGECAST_RELAY_KEYS"] ?? "");
  if (!fromEnvironment.every(isKey)) throw new CliError("usage", `RANGECAST_RELAY_KEYS holds an invalid key. ${KEY_HINT}`);
  return [...new Set([...key, ...fromEnvironment])];
}

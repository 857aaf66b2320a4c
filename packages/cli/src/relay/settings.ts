import { CliError } from "../failure/cli-error.ts";
import { isKey, KEY_HINT, parseKeys } from "../usage/option-values.ts";

/** The options as commander parses them. */
export interface RelayFlags {
  readonly port?: number;
  readonly host?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly origin?: string;
  readonly trustProxy?: boolean;
  readonly key?: readonly string[];
  readonly stun?: readonly string[];
  readonly turn?: readonly string[];
  readonly turnSecretFile?: string;
  readonly page: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** The API keys of plain mode, from options and environment; without keys, plain mode is off. @throws CliError `usage`; its message contains no key */
export function resolveKeys({ key = [] }: Pick<RelayFlags, "key">, env: NodeJS.ProcessEnv): readonly string[] {
  const fromEnvironment = parseKeys(env["RANGECAST_RELAY_KEYS"] ?? "");
  if (!fromEnvironment.every(isKey)) throw new CliError("usage", `RANGECAST_RELAY_KEYS holds an invalid key. ${KEY_HINT}`);
  return [...new Set([...key, ...fromEnvironment])];
}

import { CliError } from "../failure/cli-error.ts";
import type { Config } from "../config/config-file.ts";
import { type Setting, resolveEndpoints } from "../share/settings.ts";

/** The options as commander parses them. */
export interface DoctorFlags {
  /** `false`: `--no-relay`. */
  readonly relay?: string | false;
  readonly stun?: readonly string[];
  readonly json?: boolean;
}

/** The relay to check; undefined if `rangecast share` would use its built-in one. @throws CliError `usage` */
export function resolveRelay(
  link: string | undefined,
  { relay }: DoctorFlags,
  env: NodeJS.ProcessEnv,
  config: Config,
): Setting | undefined {
  if (link !== undefined && relay !== undefined) {
    throw new CliError("usage", "A link names its relay: give the link or --relay, not both.");
  }
  return resolveEndpoints({ qr: false, ...(relay === undefined ? {} : { relay }) }, env, config).relay;
}

/** Resolves the settings of `rangecast share`: options take precedence over the environment, and that over the config file. */
import { CliError } from "../failure/cli-error.ts";
import type { Config } from "../config/config-file.ts";
import type { OutputFlags } from "../context.ts";
import type { LanFlags } from "../lan/lan-settings.ts";
import type { ServerFlags } from "../serve/listen.ts";
import type { TunnelFlags } from "../tunnel/tunnel-options.ts";
import type { TermFlags } from "./link-terms.ts";
import type { FolderFlags } from "./shared-paths.ts";
import { parseOrigin, parsePage } from "../usage/option-values.ts";

/** The options as commander parses them. */
export interface ShareFlags extends ServerFlags, OutputFlags, LanFlags, TunnelFlags, FolderFlags, TermFlags {
  readonly name?: string;
  /** `false`: `--no-relay`. */
  readonly relay?: string | false;
  /** `false`: `--no-page`. */
  readonly page?: string | false;
  readonly udpPort?: number;
  readonly lanPort?: number;
  readonly ephemeral?: boolean;
  /** Return when the link works, and go on sharing. */
  readonly background?: boolean;
  readonly qr: boolean;
  /** Ask nothing. */
  readonly yes?: boolean;
}

export interface Setting {
  readonly value: string;
  readonly source: "option" | "environment" | "config";
}

/** The addresses of the relay and the page. */
export interface Endpoints {
  /** A relay elsewhere; without it, the built-in relay is used. */
  readonly relay?: Setting | undefined;
  /** A page elsewhere; without it, the relay's page is used. */
  readonly page?: Setting | undefined;
}

/** For messages about the relay. */
export const RELAY_SOURCES: Readonly<Record<Setting["source"], string>> = {
  option: "from --relay",
  environment: "from RANGECAST_RELAY",
  config: "saved in the config file",
};

/**
 * @throws CliError `usage` for an invalid address in the environment, and for options of the built-in relay (such as `--tls-cert`) if another relay is
 * used: ignoring them silently would surprise the user.
 */
export function resolveEndpoints(flags: ShareFlags, env: NodeJS.ProcessEnv, config: Config): Endpoints {
  const relay = resolve(flags.relay, fromEnvironment(env, "RANGECAST_RELAY", parseOrigin), config.relay);
  const page = resolve(flags.page, fromEnvironment(env, "RANGECAST_PAGE", parsePage), config.page);
  const useless = relay === undefined ? [] : serverOptions(flags);
  if (relay !== undefined && useless.length > 0) {
    const hint = relay.source === "config" ? "; --no-relay ignores it once" : "";
    throw new CliError(
      "usage",
      `${useless.join(", ")}: nothing is served here, because the relay is ${relay.value} (${RELAY_SOURCES[relay.source]}${hint}). Use one or the other.`,
    );
  }
  return { relay, page };
}

function resolve(flag: string | false | undefined, environment: string | undefined, config: string | undefined): Setting | undefined {
  if (flag === false) return undefined;
  if (flag !== undefined) return { value: flag, source: "option" };
  if (environment !== undefined) return { value: environment, source: "environment" };
  return config === undefined ? undefined : { value: config, source: "config" };
}

function fromEnvironment(env: NodeJS.ProcessEnv, name: string, parse: (text: string) => string): string | undefined {
  const text = env[name];
  if (text === undefined || text.trim() === "") return undefined;
  try {
    return parse(text);
  } catch (cause) {
    throw new CliError("usage", `${name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function serverOptions({ port, host, tlsCert, tlsKey, turn, turnSecretFile }: ShareFlags): string[] {
  const own = { "--port": port, "--host": host, "--tls-cert": tlsCert, "--tls-key": tlsKey };
  const given = { ...own, "--turn": turn, "--turn-secret-file": turnSecretFile };
  return Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}

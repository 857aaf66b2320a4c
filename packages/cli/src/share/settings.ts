/** What `rangecast share` shall do, settled once from options, environment and config file: the option wins, then the environment, then what was kept. */
import { CliError } from "../failure/cli-error.ts";
import type { Config } from "../config/config-file.ts";
import { parseOrigin, parsePage } from "../usage/option-values.ts";

/** As commander reads them. */
export interface ShareFlags {
  readonly port?: number;
  readonly host?: string;
  readonly name?: string;
  /** `false`: `--no-relay`. */
  readonly relay?: string | false;
  /** `false`: `--no-page`. */
  readonly page?: string | false;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly udpPort?: number;
  readonly stun?: readonly string[];
  readonly turn?: readonly string[];
  readonly turnSecretFile?: string;
  readonly ephemeral?: boolean;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
  readonly qr: boolean;
}

/** Where a setting came from, so that it can be said. */
export type Source = "option" | "environment" | "config";

export interface Setting {
  readonly value: string;
  readonly source: Source;
}

export interface Endpoints {
  /** A relay elsewhere; without it there is one in this process. */
  readonly relay?: Setting;
  /** A page elsewhere; without it the relay's. */
  readonly page?: Setting;
  /** What the config file shall keep or (`null`) forget. */
  readonly keep: { readonly relay?: string | null; readonly page?: string | null };
}

/**
 * @throws CliError `usage` for a bad address in the environment, and for options of the embedded server beside a relay elsewhere, which leaves
 * nothing to serve here: silently ignoring `--tls-cert` would not be what was asked for.
 */
export function resolveEndpoints(flags: ShareFlags, env: NodeJS.ProcessEnv, config: Config): Endpoints {
  const relay = settle(flags.relay, fromEnvironment(env, "RANGECAST_RELAY", parseOrigin), config.relay);
  const page = settle(flags.page, fromEnvironment(env, "RANGECAST_PAGE", parsePage), config.page);
  const useless = relay === undefined ? [] : serverOptions(flags);
  if (relay !== undefined && useless.length > 0) {
    const whence = relay.source === "config" ? "kept in the config file; --no-relay forgets it" : `from the ${relay.source}`;
    throw new CliError(
      "usage",
      `${useless.join(", ")}: nothing is served here, as the relay is ${relay.value} (${whence}). Give one or the other.`,
    );
  }
  return {
    ...(relay === undefined ? {} : { relay }),
    ...(page === undefined ? {} : { page }),
    keep: flags.ephemeral === true ? {} : { ...kept("relay", flags.relay), ...kept("page", flags.page) },
  };
}

function settle(flag: string | false | undefined, environment: string | undefined, config: string | undefined): Setting | undefined {
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

function kept<Field extends "relay" | "page">(field: Field, flag: string | false | undefined): { [F in Field]?: string | null } {
  if (flag === undefined) return {};
  return { [field]: flag === false ? null : flag } as { [F in Field]?: string | null };
}

function serverOptions({ port, host, tlsCert, tlsKey, turn, turnSecretFile }: ShareFlags): string[] {
  const own = { "--port": port, "--host": host, "--tls-cert": tlsCert, "--tls-key": tlsKey };
  const given = { ...own, "--turn": turn, "--turn-secret-file": turnSecretFile };
  return Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}

import type { OutputFlags } from "../context.ts";
import { CliError } from "../failure/cli-error.ts";
import type { ServerFlags } from "../serve/listen.ts";

/** The options of `rangecast relay`, as commander parses them. */
export interface RelayFlags extends Omit<ServerFlags, "stun">, OutputFlags {
  /** The relay's own names: it gets certificates for them. */
  readonly domain?: readonly string[];
  readonly email?: string;
  readonly acmeDirectory?: string;
  readonly acmeCa?: string;
  readonly httpPort?: number;
  readonly stunPort?: number;
  /** `false`: neither a server of others nor the built-in one. */
  readonly stun?: readonly string[] | false;
  readonly origin?: string;
  readonly trustProxy?: boolean;
  readonly key?: readonly string[];
  readonly page: boolean;
}

/** Options that mean nothing without `--domain`. */
const ONLY_WITH_DOMAIN = [
  ["email", "--email"],
  ["acmeDirectory", "--acme-directory"],
  ["acmeCa", "--acme-ca"],
  ["httpPort", "--http-port"],
] as const satisfies ReadonlyArray<readonly [keyof RelayFlags, string]>;

/** Refuses options that contradict each other. @throws CliError `usage` */
export function checkRelayFlags(flags: RelayFlags): void {
  const refuse = (message: string): never => {
    throw new CliError("usage", message);
  };
  if (flags.stun === false && flags.stunPort !== undefined) refuse("Use --stun-port or --no-stun, not both.");
  if (flags.domain === undefined) {
    for (const [flag, name] of ONLY_WITH_DOMAIN) if (flags[flag] !== undefined) refuse(`${name} is for a relay with --domain NAME.`);
    return;
  }
  if (flags.tlsCert !== undefined || flags.tlsKey !== undefined)
    refuse("With --domain the relay gets its certificate by itself: omit --tls-cert and --tls-key, or --domain.");
  if (flags.trustProxy === true)
    refuse(
      "With --domain clients connect to the relay itself. Behind a proxy, which has the certificate, use --origin instead of --domain.",
    );
  if (flags.port === 0) refuse("--domain needs a port that others know: omit --port, or use another one than 0.");
  if (flags.origin !== undefined && !flags.domain.some((domain) => new URL(flags.origin ?? "").hostname === domain))
    refuse("--origin must have one of the names of --domain.");
  if (flags.origin?.startsWith("http:") === true) refuse("With --domain the relay is served over https: --origin must begin with https:.");
}

/** Resolves the options of a tunnel, and refuses those that contradict it. */
import { CliError } from "../failure/cli-error.ts";
import { DEFAULT_PORT } from "../serve/default-port.ts";
import type { ServerFlags } from "../serve/listen.ts";
import type { TunnelFlags, TunnelProgram } from "./tunnel-options.ts";

export interface TunnelSettings {
  /** Undefined if somebody else runs the tunnel. */
  readonly program: TunnelProgram | undefined;
  /** Its address, if that is known before. */
  readonly url: string | undefined;
  /** Port of the relay on loopback; 0: any free one. */
  readonly port: number;
}

interface Flags extends TunnelFlags, Pick<ServerFlags, "port" | "host" | "tlsCert" | "tlsKey"> {
  readonly relay?: string | false;
  readonly page?: string | false;
}

/**
 * @returns undefined without a tunnel
 * @throws CliError `usage`
 */
export function resolveTunnel(flags: Flags): TunnelSettings | undefined {
  const { tunnel: program, tunnelUrl: url, port } = flags;
  if (program === undefined && url === undefined) return undefined;
  const elsewhere = { "--relay": flags.relay || undefined, "--page": flags.page || undefined };
  const listening = { "--host": flags.host, "--tls-cert": flags.tlsCert, "--tls-key": flags.tlsKey };
  const useless = Object.entries({ ...elsewhere, ...listening }).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (useless.length > 0) {
    throw new CliError(
      "usage",
      `${useless.join(", ")}: with a tunnel, this computer serves relay and page, to the tunnel only, and the tunnel has the certificate. Use one or the other.`,
    );
  }
  if (program !== undefined) return { program, url, port: port ?? 0 };
  if (port === 0)
    throw new CliError(
      "usage",
      "--tunnel-url without --tunnel needs a port that the tunnel knows: omit --port, or use another one than 0.",
    );
  return { program, url, port: port ?? DEFAULT_PORT };
}

/** The settings of a relay with a domain name of its own, from options. */
import { readFile } from "node:fs/promises";
import { systemErrorWords } from "@rangecast/daemon";
import { CliError } from "../failure/cli-error.ts";
import { printablePath } from "../format.ts";
import type { RelayFlags } from "./relay-flags.ts";

export interface DomainSettings {
  /** The first one is in the relay's address. */
  readonly domains: readonly [string, ...string[]];
  /** The relay's address. */
  readonly origin: string;
  /** All addresses for which a registration may be signed. */
  readonly origins: readonly string[];
  readonly httpsPort: number;
  readonly httpPort: number;
  /** Address to listen on; undefined: all addresses. */
  readonly host: string | undefined;
  readonly acme: {
    readonly directoryUrl: string;
    readonly email: string | undefined;
    /** Certificates to trust for the CA's own server, PEM; undefined: the system's. */
    readonly ca: string | undefined;
  };
}

export const HTTPS_PORT = 443;
export const HTTP_PORT = 80;
/** Let's Encrypt, the CA with the most certificates, asks for no registration beforehand. */
const DEFAULT_DIRECTORY = "https://acme-v02.api.letsencrypt.org/directory";

/** @throws CliError `usage` */
export async function resolveDomain(flags: RelayFlags, [first, ...others]: readonly string[]): Promise<DomainSettings> {
  if (first === undefined) throw new Error("a relay with a domain needs one");
  const { port: httpsPort = HTTPS_PORT, httpPort = HTTP_PORT } = flags;
  if (httpsPort === httpPort) throw new CliError("usage", `--port and --http-port are both ${httpPort}: http and https need a port each.`);
  const domains = [first, ...others] as const;
  const own = domains.map((domain) => new URL(`https://${domain}:${httpsPort}`).origin);
  const origin = flags.origin ?? new URL(`https://${first}:${httpsPort}`).origin;
  return {
    domains,
    origin,
    origins: [...new Set([origin, ...own])],
    httpsPort,
    httpPort,
    host: flags.host,
    acme: {
      directoryUrl: flags.acmeDirectory ?? DEFAULT_DIRECTORY,
      email: flags.email,
      ca: flags.acmeCa === undefined ? undefined : await readCa(flags.acmeCa),
    },
  };
}

async function readCa(path: string): Promise<string> {
  let text;
  try {
    text = await readFile(path, "latin1");
  } catch (cause) {
    throw new CliError("usage", `The file of --acme-ca ${printablePath(path)} can't be read: ${systemErrorWords(cause)}.`, { cause });
  }
  if (!text.includes("-----BEGIN CERTIFICATE-----"))
    throw new CliError("usage", `The file of --acme-ca ${printablePath(path)} contains no certificate in PEM format.`);
  return text;
}

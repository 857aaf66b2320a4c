/** Opens the ports of a relay with a domain name, and explains what to do if one can't be used. */
import { type ChallengeServer, type ChallengeServerOptions, serveChallenges } from "../certificate/challenge-server.ts";
import { systemErrorWords } from "@rangecast/daemon";
import { RelayError, type RunningRelay, serveRelay, type ServeRelayOptions } from "@rangecast/relay";
import { CliError, systemCode } from "../failure/cli-error.ts";
import { printable } from "../format.ts";
import { EVERY_ADDRESS } from "../serve/listen-host.ts";

/** All addresses of both families: CAs and browsers prefer IPv6 where a name has it. */
const BOTH_FAMILIES = "::";
/** The system has no IPv6. */
const NO_V6: ReadonlySet<string | undefined> = new Set(["EAFNOSUPPORT", "EADDRNOTAVAIL", "EINVAL"]);
const ALLOW_LOW_PORTS = 'sudo setcap cap_net_bind_service=+ep "$(readlink -f "$(command -v node)")"';

/** @param host undefined: all addresses. @throws CliError `port-in-use`, `cannot-listen` */
export async function openHttps(options: Omit<ServeRelayOptions, "host">, host: string | undefined, domain: string): Promise<RunningRelay> {
  try {
    return await onHost(host, (address) => serveRelay({ ...options, host: address }));
  } catch (error) {
    if (error instanceof RelayError) throw httpsRefusal(error, host, options.port, domain);
    throw error;
  }
}

/** Opens the port of http. Without it the relay works, too. @returns why it can't be used, for people */
export async function openHttp(options: Omit<ChallengeServerOptions, "host">, host: string | undefined): Promise<ChallengeServer | string> {
  try {
    return await onHost(host, (address) => serveChallenges({ ...options, host: address }));
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    return httpTrouble(code, error, options.port);
  }
}

async function onHost<T>(host: string | undefined, open: (address: string) => Promise<T>): Promise<T> {
  if (host !== undefined) return open(host);
  try {
    return await open(BOTH_FAMILIES);
  } catch (error) {
    const cause = error instanceof RelayError ? error.cause : error;
    if (NO_V6.has(systemCode(cause))) return open(EVERY_ADDRESS);
    throw error;
  }
}

export function httpsRefusal(cause: RelayError, host: string | undefined, port: number, domain: string): CliError {
  const on = host === undefined ? "" : ` on ${printable(host)}`;
  switch (cause.reason) {
    case "port-in-use":
      return new CliError(
        "port-in-use",
        `Port ${port}${on} is in use, probably by a web server. Stop that, or make it a proxy in front: then run the relay without --domain, with --origin https://${domain} --trust-proxy.`,
        { cause },
      );
    case "port-forbidden":
      return new CliError(
        "cannot-listen",
        `Only an administrator can use port ${port}. Allow it to Node once, with ${ALLOW_LOW_PORTS}, or run rangecast by authbind; or use --port 8443 --http-port 8080 --origin https://${domain}, and forward ports 443 and 80 to these.`,
        { cause },
      );
    default:
      return new CliError(
        "cannot-listen",
        `The relay can't listen${on}, port ${port}: ${systemErrorWords(cause.cause)}. Omit --host, or use another one.`,
        {
          cause,
        },
      );
  }
}

/** A sentence or two for the port of http, which the relay can do without. */
export function httpTrouble(code: string, error: unknown, port: number): string {
  const goesOn = "The certificate is checked by port 443 alone, and nobody is redirected from http to https.";
  if (code === "EADDRINUSE") return `Port ${port} is in use by another program. ${goesOn} To change that, stop the other program.`;
  if (code === "EACCES") return `Only an administrator can use port ${port}. ${goesOn} To change that: ${ALLOW_LOW_PORTS}`;
  return `Port ${port} can't be used: ${systemErrorWords(error)}. ${goesOn}`;
}

/**
 * Which address to listen on, and which one the link carries.
 *
 * The page needs a service worker and WebCrypto, which browsers give only to a secure context (W3C Secure Contexts, section 3.1): https, or http
 * on this very computer. So without a certificate we listen on this computer alone, as a link with a LAN address over http could show nothing; with
 * one we listen everywhere, and the link carries a name the certificate vouches for.
 */
import { isIP, isIPv6 } from "node:net";
import type { CertificateNames } from "./tls.ts";

export const LOOPBACK = "127.0.0.1";
export const EVERY_ADDRESS = "0.0.0.0";

export interface ListenHost {
  /** Address or name to bind. */
  readonly bind: string;
  /** Host part of the link, without brackets. */
  readonly link: string;
}

export interface ListenHostInput {
  /** What `--host` said. */
  readonly host?: string;
  /** The certificate's names, where there is one. */
  readonly names?: CertificateNames;
  /** This computer's addresses beyond loopback, the best first. */
  readonly addresses: readonly string[];
}

export function chooseListenHost({ host, names, addresses }: ListenHostInput): ListenHost {
  const bind = host ?? (names === undefined ? LOOPBACK : EVERY_ADDRESS);
  const everywhere = isEveryAddress(bind);
  // Without a certificate the one link of all addresses that a browser plays from is this computer's own: behind a port that is passed on, too.
  if (names === undefined) return { bind, link: everywhere ? LOOPBACK : bind };
  return { bind, link: nameFor(everywhere ? (addresses[0] ?? LOOPBACK) : bind, names, addresses) };
}

/** A name the certificate covers: the one asked for, else its first public-looking one, else one of our addresses, else what was asked for. */
function nameFor(wanted: string, names: CertificateNames, addresses: readonly string[]): string {
  if (isIP(wanted) === 0 && names.covers(wanted)) return wanted;
  const named = names.dns.find((name) => !isLoopbackHost(name));
  if (named !== undefined) return named;
  if (names.covers(wanted)) return wanted;
  return addresses.find((address) => names.covers(address)) ?? names.dns[0] ?? names.ip[0] ?? wanted;
}

export function isEveryAddress(host: string): boolean {
  return host === EVERY_ADDRESS || (isIPv6(host) && /^[0:]+$/.test(host));
}

/** This computer itself, as browsers see it: `localhost` and below, 127.0.0.0/8, ::1 (RFC 6761, RFC 1122, RFC 4291). */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, "").toLowerCase();
  return name === "localhost" || name.endsWith(".localhost") || /^127\.\d+\.\d+\.\d+$/.test(name) || name === "::1";
}

/** An address that only the local network reaches (RFC 1918, RFC 3927, RFC 4193, RFC 4291), or a name of such a network (RFC 6762, RFC 8375). */
export function isLocalNetworkHost(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, "").toLowerCase();
  return (
    /^(?:10|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))\./.test(name) ||
    /^(?:f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):/.test(name) ||
    /\.(?:local|home\.arpa|lan|internal)$/.test(name)
  );
}

/** The host as a URL writes it. */
export function urlHost(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

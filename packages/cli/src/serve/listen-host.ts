/**
 * Chooses which address to listen on, and which host the link contains.
 *
 * The page needs a service worker and WebCrypto, which browsers allow only in a secure context (W3C Secure Contexts, section 3.1): https, or http
 * from the same computer. So without a certificate the server listens on loopback only, because a link with a LAN address over http would not work.
 * With a certificate it listens on all addresses, and the link contains a name that the certificate covers.
 */
import { isIP, isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import type { CertificateNames } from "./tls.ts";

export const LOOPBACK = "127.0.0.1";
export const EVERY_ADDRESS = "0.0.0.0";

export interface ListenHost {
  /** Address or name to listen on. */
  readonly bind: string;
  /** Host part of the link, without brackets. */
  readonly link: string;
}

export interface ListenHostInput {
  /** The value of `--host`. */
  readonly host?: string | undefined;
  /** The certificate's names, if there is a certificate. */
  readonly names?: CertificateNames | undefined;
  /** This computer's non-loopback addresses, the best first. @default localAddresses() */
  readonly addresses?: readonly string[];
}

export function chooseListenHost({ host, names, addresses = localAddresses() }: ListenHostInput): ListenHost {
  const bind = host ?? (names === undefined ? LOOPBACK : EVERY_ADDRESS);
  const everywhere = isEveryAddress(bind);
  // Without a certificate, browsers play only from a loopback link. Such a link also works through a forwarded port.
  if (names === undefined) return { bind, link: everywhere ? LOOPBACK : bind };
  return { bind, link: nameFor(everywhere ? (addresses[0] ?? LOOPBACK) : bind, names, addresses) };
}

/** A name that the certificate covers: the requested one, else its first non-loopback name, else one of our addresses, else the requested one anyway. */
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

/** Whether browsers treat the host as this computer: `localhost` and its subdomains, 127.0.0.0/8, ::1 (RFC 6761, RFC 1122, RFC 4291). */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, "").toLowerCase();
  return name === "localhost" || name.endsWith(".localhost") || /^127\.\d+\.\d+\.\d+$/.test(name) || name === "::1";
}

/** Whether only the local network can reach the host: by address (RFC 1918, RFC 3927, RFC 4193, RFC 4291) or by name (RFC 6762, RFC 8375). */
export function isLocalNetworkHost(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, "").toLowerCase();
  return (
    /^(?:10|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))\./.test(name) ||
    /^(?:f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):/.test(name) ||
    /\.(?:local|home\.arpa|lan|internal)$/.test(name)
  );
}

/** The host as written in a URL. */
export function urlHost(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

/** This computer's non-loopback addresses, IPv4 first: they are easier to read out, and every network has them. */
function localAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  const outward = all.filter(({ internal, address }) => !internal && !address.toLowerCase().startsWith("fe80:"));
  return [...outward.filter(({ family }) => family === "IPv4"), ...outward.filter(({ family }) => family === "IPv6")].map(
    ({ address }) => address,
  );
}

import { networkInterfaces, type NetworkInterfaceInfo } from "node:os";
import { isLoopbackHost } from "../serve/listen-host.ts";

/** The name under which the address is announced by mDNS (RFC 6762). */
export const MDNS_NAME = "rangecast.local";

/** A Host header: a name, an IPv4 address, or an IPv6 address in brackets, with an optional port (RFC 9110, 7.2). */
const HOST = /^(\[[0-9a-f:.]+\]|[^\s:/?#@[\]]+)(?::\d{1,5})?$/iu;

/**
 * Whether a Host header names this machine: one of its addresses, localhost or rangecast.local. A web page whose own name was changed to an address of this
 * machine (DNS rebinding) sends its own name.
 * @param header null if the request has none
 */
export function isOwnHost(header: string | null, read: () => NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces): boolean {
  const host = HOST.exec(header ?? "")?.[1]
    ?.toLowerCase()
    .replace(/^\[|\]$/gu, "")
    .replace(/\.$/u, "");
  if (host === undefined) return false;
  if (host === MDNS_NAME || isLoopbackHost(host)) return true;
  return Object.values(read())
    .flatMap((entries) => entries ?? [])
    .some(({ address }) => address.toLowerCase() === host);
}

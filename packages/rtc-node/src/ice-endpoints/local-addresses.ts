import { networkInterfaces, type NetworkInterfaceInfo } from "node:os";

/** Maximum number of local addresses that are used. Machines with containers and VPNs have a dozen. */
const MAX_ADDRESSES = 16;
/** Without a zone these can't be reached; peers don't know ours (RFC 4291, 2.5.6; RFC 3927). */
const LINK_LOCAL = /^(?:fe[89ab][0-9a-f]:|169\.254\.)/u;

/** The addresses of this machine that a peer may reach: IPv6 first (RFC 8421, 4). Loopback addresses if there are no others. */
export function localAddresses(read: () => NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces): string[] {
  const all = Object.values(read()).flatMap((infos = []) => infos);
  const usable = all.filter(({ address }) => !LINK_LOCAL.test(address));
  const outer = usable.filter(({ internal }) => !internal);
  const chosen = outer.length > 0 ? outer : usable;
  const sorted = [...chosen.filter(({ family }) => family === "IPv6"), ...chosen.filter(({ family }) => family !== "IPv6")];
  return [...new Set(sorted.map(({ address }) => address))].slice(0, MAX_ADDRESSES);
}

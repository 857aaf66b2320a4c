/** Chooses the address in the local network that is printed. */
import { createSocket } from "node:dgram";
import { networkInterfaces, type NetworkInterfaceInfo } from "node:os";
import { isLocalNetworkHost } from "../serve/listen-host.ts";

export interface LanAddressesOptions {
  /** @default networkInterfaces of `node:os` */
  readonly read?: () => NodeJS.Dict<NetworkInterfaceInfo[]>;
  /** The address from which packets take the default route. @default {@link defaultRouteAddress} */
  readonly routed?: () => Promise<string | undefined>;
}

/**
 * This machine's IPv4 addresses in local networks, without loopback. The first is that of the default route, if there is one: a machine may have further
 * interfaces for containers and virtual machines. Other addresses count only if they are private (RFC 1918, RFC 3927), so that nothing is served to the
 * internet by accident.
 */
export async function findLanAddresses({ read = networkInterfaces, routed = defaultRouteAddress }: LanAddressesOptions = {}): Promise<
  string[]
> {
  const own = Object.values(read())
    .flatMap((entries) => entries ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => address);
  const best = await routed();
  const local = own.filter((address) => address !== best && isLocalNetworkHost(address)).sort(byLinkLocal);
  return best !== undefined && own.includes(best) ? [best, ...local] : local;
}

/** Addresses that a machine gave itself for want of a router (RFC 3927) come last. */
function byLinkLocal(one: string, other: string): number {
  return Number(one.startsWith("169.254.")) - Number(other.startsWith("169.254."));
}

/** An address that no machine has (RFC 5737), so every system takes the default route to it. Port 9 discards (RFC 863). Nothing is sent. */
const NOWHERE = "198.51.100.1";
const DISCARD_PORT = 9;

/** The address from which packets take the default route: connecting a UDP socket chooses it, without sending anything. Undefined if there is none. */
async function defaultRouteAddress(): Promise<string | undefined> {
  const socket = createSocket("udp4");
  try {
    return await new Promise<string>((resolve, reject) => {
      socket.on("error", reject);
      socket.connect(DISCARD_PORT, NOWHERE, () => resolve(socket.address().address));
    });
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}

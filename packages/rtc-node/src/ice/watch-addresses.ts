import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";

/** How often the addresses are looked at, milliseconds: a look takes 0.1 ms, and Node is told by nobody. */
export const LOOK_MS = 2000;

export interface WatchAddressesOptions {
  /** @default networkInterfaces of `node:os` */
  readonly read?: () => NodeJS.Dict<NetworkInterfaceInfo[]>;
}

/**
 * Notices that this machine has other addresses than before: another network, a link that went down or came back. Every path that began at one that is gone
 * is dead then, and nothing says so. The watch alone keeps no process alive.
 * @returns what stops the watch
 */
export function watchAddresses(onChange: () => void, { read = networkInterfaces }: WatchAddressesOptions = {}): () => void {
  let seen = lookAt(read);
  const timer = setInterval(() => {
    const now = lookAt(read);
    if (now === undefined) return;
    const before = seen;
    seen = now;
    if (before !== undefined && before !== now) onChange();
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** The addresses in an order of their own, so that they can be compared; undefined where the system doesn't tell, as in some sandboxes. */
function lookAt(read: () => NodeJS.Dict<NetworkInterfaceInfo[]>): string | undefined {
  let interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>;
  try {
    interfaces = read();
  } catch {
    return undefined;
  }
  const outer = Object.values(interfaces).flatMap((infos = []) => infos.filter(({ internal }) => !internal));
  return outer
    .map(({ address, scopeid }: NetworkInterfaceInfo & { scopeid?: number }) => `${address}%${scopeid ?? 0}`)
    .toSorted()
    .join(" ");
}

import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";

/** Polling interval, milliseconds. A check takes 0.1 ms, and Node has no event for it. */
export const CHECK_MS = 2000;

/**
 * Watches this machine's addresses. They change with the network, or when a link goes down or comes back; every path from a lost address is dead then,
 * without an event. The watch doesn't keep the process alive.
 * @param read returns the interfaces; replaced in tests
 * @returns the function that stops the watch
 */
export function watchAddresses(onChange: () => void, read: () => NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces): () => void {
  let seen = addressesOf(read);
  const timer = setInterval(() => {
    const now = addressesOf(read);
    if (now === undefined) return;
    const before = seen;
    seen = now;
    if (before !== undefined && before !== now) onChange();
  }, CHECK_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** The addresses as sorted text, for comparison; undefined if the system doesn't provide them, as in some sandboxes. */
function addressesOf(read: () => NodeJS.Dict<NetworkInterfaceInfo[]>): string | undefined {
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

/** The link of a share through a tunnel, and the events of the tunnel. */
import { formatLink, parseLink } from "@rangecast/signal";
import type { TunnelChange } from "../tunnel/keep-tunnel.ts";
import type { ShareEvent } from "./report/share-event.ts";

/** The link with the tunnel's address instead of the relay's own, which only this computer can reach. */
export function linkThrough(address: string, link: string): string {
  return formatLink({ ...parseLink(link), page: address, relay: address });
}

/** @param link the daemon's link @param address the tunnel's first address */
export function createTunnelEvents(link: string, address: string): (change: TunnelChange) => ShareEvent {
  let before = address;
  return (change) => {
    if (change.type === "gone") return { event: "tunnel-offline", message: change.why };
    const now = change.tunnel.address;
    const changed = now !== before;
    before = now;
    return { event: "tunnel-online", address: now, link: linkThrough(now, link), changed };
  };
}

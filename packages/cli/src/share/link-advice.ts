/** Who can use the link, said honestly, and what to do about it when that isn't everybody. Pure: from the two addresses the link carries. */
import { isLocalNetworkHost, isLoopbackHost } from "../serve/listen-host.ts";

/** How far a link reaches: anybody, the devices of this network, this computer, or nobody (browsers would refuse to play). */
export type LinkReach = "anywhere" | "this-network" | "this-computer" | "nowhere";

export interface LinkAdvice {
  readonly reach: LinkReach;
  /** One sentence or two, each fit for a line of its own; empty when there is nothing to say. */
  readonly notices: readonly string[];
}

const ELSEWHERE =
  "For other devices: --tls-cert FILE --tls-key FILE (https from this computer), or --relay https://RELAY (a public relay with its page).";

export function adviseOnLink(page: string, relay: string): LinkAdvice {
  const pageUrl = new URL(page);
  const relayUrl = new URL(relay);
  if (isLoopbackHost(pageUrl.hostname)) return { reach: "this-computer", notices: ["This link works on this computer only.", ELSEWHERE] };
  if (pageUrl.protocol === "http:") {
    const problem = `Browsers won't play from ${pageUrl.origin}: without https there is no service worker outside this computer.`;
    return { reach: "nowhere", notices: [problem, ELSEWHERE] };
  }
  if (isLoopbackHost(relayUrl.hostname)) {
    return {
      reach: "this-computer",
      notices: ["This link works on this computer only, as its relay is here. Give a public one: --relay https://RELAY."],
    };
  }
  if (relayUrl.protocol === "http:") {
    return { reach: "nowhere", notices: [`Browsers won't let an https page use the relay ${relayUrl.origin}. Give the relay by https.`] };
  }
  const local = [pageUrl, relayUrl].find(({ hostname }) => isLocalNetworkHost(hostname));
  if (local !== undefined) return { reach: "this-network", notices: [`This link works within your own network only (${local.hostname}).`] };
  return { reach: "anywhere", notices: [] };
}

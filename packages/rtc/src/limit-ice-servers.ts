import type { IceServer } from "./peer-connection.ts";

/** Maximum number of STUN and TURN URLs of a connection (L-11). Each makes gathering slower, and browsers warn from five on. */
const MAX_URLS = 3;

/**
 * Limits the URLs of one connection. The first STUN server has priority (others would report the same address), then TURN servers, then the rest. The
 * order stays, and duplicates are removed.
 */
export function limitIceServers(servers: readonly IceServer[], limit: number = MAX_URLS): IceServer[] {
  const seen = new Set<string>();
  const all = servers.flatMap((server) =>
    [server.urls].flat().flatMap((url) => {
      if (seen.has(url)) return [];
      seen.add(url);
      return [{ server, url, isTurn: /^turns?:/iu.test(url) }];
    }),
  );
  const [firstStun, ...otherStuns] = all.filter(({ isTurn }) => !isTurn);
  const turns = all.filter(({ isTurn }) => isTurn);
  const kept = new Set([...(firstStun === undefined ? [] : [firstStun]), ...turns, ...otherStuns].slice(0, limit));
  return all.filter((entry) => kept.has(entry)).map(({ server, url }) => ({ ...server, urls: url }));
}

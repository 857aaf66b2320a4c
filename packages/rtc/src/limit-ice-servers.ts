import type { IceServer } from "./peer-connection.ts";

/** STUN and TURN URLs of one connection, at most, as a relay of ours gives: each makes gathering slower, and browsers warn from five on. */
const MAX_URLS = 3;

/**
 * As many of the servers as one connection should have. Where there are more, the first STUN server stays, for the others would say the same; then TURN servers,
 * without which there may be no way at all; then the rest. Their order stays, and a URL that comes twice goes.
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

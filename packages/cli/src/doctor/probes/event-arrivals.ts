/** Judges by the arrival times of the relay's probe events whether a proxy holds event streams back. */

export interface Timing {
  /** When each event arrived, milliseconds. */
  readonly atMs: readonly number[];
  /** Number of events that the relay sends. */
  readonly of: number | undefined;
}

/** The relay's interval between two events, milliseconds (PROTOCOL.md, section 5). */
const INTERVAL_MS = 200;
/** The events must arrive over at least this share of the time in which they were sent. On a bad network they bunch up, but not by half. */
const LEAST_SPREAD = 0.5;

export function judgeArrivals({ atMs, of }: Timing): "prompt" | "held-back" | "cut" {
  const [first, last] = [atMs[0], atMs.at(-1)];
  if (first === undefined || last === undefined || of === undefined || atMs.length < of) return "cut";
  return last - first >= LEAST_SPREAD * INTERVAL_MS * (of - 1) ? "prompt" : "held-back";
}

const NGINX = "nginx: proxy_buffering off; for /api/, and no proxy_ignore_headers X-Accel-Buffering";
const CADDY = "Caddy: flush_interval -1 in reverse_proxy, and no encode for /api/";
const CLOUDFLARE = "Cloudflare: a rule that turns cache and Response Buffering off for /api/";
const APACHE = "Apache: SetEnv proxy-sendchunked, flushpackets=on in ProxyPass, and no mod_deflate for /api/";

/** How to configure the proxy. If the headers reveal which one it is, its setting comes first. */
export function bufferingAdvice(headers: Headers): string {
  const server = headers.get("server")?.toLowerCase() ?? "";
  const via = headers.get("via")?.toLowerCase() ?? "";
  const rank = (shown: boolean): number => (shown ? 0 : 1);
  const known: readonly (readonly [number, string])[] = [
    [rank(server.includes("nginx")), NGINX],
    [rank(server.includes("caddy") || via.includes("caddy")), CADDY],
    [rank(headers.has("cf-ray") || server.includes("cloudflare")), CLOUDFLARE],
    [rank(server.includes("apache")), APACHE],
  ];
  return `Turn off buffering in the proxy. ${known
    .toSorted(([one], [other]) => one - other)
    .map(([, setting]) => setting)
    .join("; ")}.`;
}

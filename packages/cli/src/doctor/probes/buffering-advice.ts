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

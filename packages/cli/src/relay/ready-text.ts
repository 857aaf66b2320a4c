/** What the relay prints when it can be used. */
import { isLoopbackHost, type ListenHost } from "../serve/listen-host.ts";
import type { TlsFiles } from "../serve/tls.ts";
import { HTTP_PORT, HTTPS_PORT } from "./domain-settings.ts";
import type { OpenPorts } from "./domain-relay.ts";
import type { RelayFlags } from "./relay-flags.ts";
import type { BuiltInStun } from "./stun-server.ts";

const STOP = "Press Ctrl-C to stop it.";

/** For a relay with `--domain`. */
export function domainReadyText(url: string, page: boolean, ports: OpenPorts, stun: BuiltInStun | undefined): string {
  const open = [
    `TCP ${forwarded(HTTPS_PORT, ports.https)} (https)`,
    ...(ports.http === undefined
      ? []
      : [`TCP ${forwarded(HTTP_PORT, ports.http)} (checks of the certificate authority, redirects to https)`]),
    ...(stun === undefined ? [] : [`UDP ${stun.port} (STUN)`]),
  ];
  return [...firstLines(url, page), `Open these ports in the firewall: ${open.join(", ")}.`, "", STOP].join("\n");
}

/** For a relay without `--domain`. */
export function readyText(
  url: string,
  { bind }: ListenHost,
  { page, origin, trustProxy }: RelayFlags,
  tls: TlsFiles | undefined,
  stun: BuiltInStun | undefined,
): string {
  const lines = firstLines(url, page);
  if (origin === undefined && isLoopbackHost(bind)) {
    lines.push(
      "Only this computer can reach it. For others, use --domain with this computer's domain name, or a proxy in front and --origin.",
    );
  } else if (url.startsWith("http:"))
    lines.push("Browsers need https: use --domain, --tls-cert and --tls-key, or a proxy in front and --origin https://NAME.");
  if (tls?.trouble !== undefined) lines.push(`Browsers will refuse to connect: ${tls.trouble}.`);
  if (origin !== undefined && trustProxy !== true)
    lines.push("Behind a proxy, use --trust-proxy so that limits apply to each client, not to the proxy.");
  if (stun !== undefined) lines.push(`Its STUN server is announced as ${stun.url}: open UDP ${stun.port} in the firewall.`);
  return [...lines, "", STOP].join("\n");
}

function firstLines(url: string, page: boolean): string[] {
  return [`Relay${page ? " and page" : ""}: ${url}`, "", `To share a file through it:  rangecast share FILE --relay ${url}`];
}

function forwarded(publicPort: number, port: number): string {
  return port === publicPort ? String(port) : `${publicPort}, forwarded to port ${port} of this computer`;
}

import type { IceServer } from "@rangecast/rtc";

/** One address of a STUN or TURN server (RFC 7064, RFC 7065). */
export interface IceAddress {
  readonly url: string;
  readonly kind: "stun" | "turn";
  readonly transport: "udp" | "tcp" | "tls";
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly credential?: string;
}

const URL_PATTERN = /^(stun|turn)(s?):(\[[\da-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/i;
const PORT = 3478;
const TLS_PORT = 5349;

/** Parses the addresses of all servers, and skips invalid ones. */
export function iceAddresses(servers: readonly IceServer[]): IceAddress[] {
  return servers.flatMap(({ urls, username, credential }) =>
    [urls].flat().flatMap((url) => {
      const [, kind, secure, host = "", port, transport = "udp"] = URL_PATTERN.exec(url) ?? [];
      if (kind === undefined) return [];
      return {
        url,
        kind: kind.toLowerCase() === "stun" ? "stun" : "turn",
        transport: secure === "" ? (transport.toLowerCase() === "tcp" ? "tcp" : "udp") : "tls",
        host: host.replace(/^\[(.*)\]$/, "$1"),
        port: port === undefined ? (secure === "" ? PORT : TLS_PORT) : Number(port),
        ...(username === undefined ? {} : { username }),
        ...(credential === undefined ? {} : { credential }),
      };
    }),
  );
}

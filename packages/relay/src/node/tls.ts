import { createSecureContext, type SecureContext, type TLSSocket, type TlsOptions } from "node:tls";
import { RelayError } from "../http/relay-error.ts";

/** A certificate with its chain, and its key, as PEM texts. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/** Connections that a CA makes to check a challenge. */
export interface Challenges {
  /** The protocol that they ask for (ALPN). */
  readonly protocol: string;
  /** The certificate for a server name; undefined: none is being checked. */
  certificate(serverName: string): TlsPair | undefined;
}

/** All browsers have it (RFC 8996). */
export const MIN_TLS_VERSION = "TLSv1.2";
const HTTP = "http/1.1";

/** In Node since 20.17; its types lack it. */
interface WithKeyCert {
  setKeyCert(context: SecureContext): void;
}

/** The options of a TLS server that answers challenges, too. A challenge is the handshake: nothing is sent over such a connection. */
export function answering(challenges: Challenges): TlsOptions {
  const { protocol } = challenges;
  return {
    ALPNCallback(this: TLSSocket, { servername, protocols }) {
      if (!protocols.includes(protocol)) return protocols.includes(HTTP) ? HTTP : undefined;
      const pair = challenges.certificate(servername);
      if (pair === undefined) return undefined;
      (this as TLSSocket & WithKeyCert).setKeyCert(createSecureContext({ cert: pair.cert, key: pair.key }));
      return protocol;
    },
  };
}

/** @throws {RelayError} `bad-tls` if the task fails */
export function orBadTls<T>(task: () => T): T {
  try {
    return task();
  } catch (cause) {
    throw new RelayError("bad-tls", "the certificate or the key can't be used", { cause });
  }
}

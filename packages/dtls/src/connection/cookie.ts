import { createHmac, timingSafeEqual } from "node:crypto";
import { concat, u16, vector16, vector8 } from "../bytes/byte-parts.ts";
import { type ClientHello, decodeClientHello } from "../handshake/client-hello.ts";
import { HandshakeType } from "../handshake/handshake-type.ts";
import type { Fragment } from "../handshake/message-header.ts";
import type { CookieOptions } from "./options.ts";

/**
 * Keeps nothing of a client that has not shown the cookie of its address, and sends it less than it has sent (RFC 6347, 4.2.1). A hello must not be
 * fragmented for that.
 */
export class CookieGate {
  readonly #options: CookieOptions;
  isPassed = false;

  constructor(options: CookieOptions) {
    this.#options = options;
  }

  /** @returns a cookie to answer with, if the fragment is a hello without it */
  check({ type, messageLength, bytes }: Fragment): "passed" | "ignored" | Uint8Array {
    const hello = type === HandshakeType.CLIENT_HELLO && bytes.byteLength === messageLength ? decodeClientHello(bytes) : undefined;
    if (hello === undefined) return "ignored";
    const cookie = cookieFor(hello, this.#options);
    this.isPassed = hello.cookie.byteLength === cookie.byteLength && timingSafeEqual(hello.cookie, cookie);
    return this.isPassed ? "passed" : cookie;
  }
}

/** The cookie for a client at an address that says this hello: a server doesn't need to remember it (RFC 6347, 4.2.1). */
function cookieFor(hello: ClientHello, { secret, clientAddress }: CookieOptions): Uint8Array {
  const { version, random, sessionId, cipherSuites, compressions } = hello;
  const content = concat(
    vector8(clientAddress),
    u16(version),
    random,
    vector8(sessionId),
    vector16(...cipherSuites.map(u16)),
    vector8(compressions),
  );
  return createHmac("sha256", secret).update(content).digest();
}

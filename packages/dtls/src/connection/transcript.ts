import { createHash } from "node:crypto";
import { concat } from "../bytes/byte-parts.ts";
import { encodeFragment, type HandshakeMessage } from "../handshake/message-header.ts";

/**
 * All messages of the handshake in order, as if none had been fragmented (RFC 6347, 4.2.6). They are kept as they are, because the hash function of the
 * client's signature is known only when it arrives.
 */
export class Transcript {
  readonly #messages: Uint8Array[] = [];

  add(message: HandshakeMessage): void {
    this.#messages.push(encodeFragment(message));
  }

  /** Forgets everything: a ClientHello without a cookie doesn't count (RFC 6347, 4.2.1), nor does a handshake that is over. */
  clear(): void {
    this.#messages.length = 0;
  }

  get bytes(): Uint8Array {
    return concat(...this.#messages);
  }

  get byteLength(): number {
    return this.#messages.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** SHA-256, the hash function of all supported suites. */
  get hash(): Uint8Array {
    return createHash("sha256").update(this.bytes).digest();
  }
}

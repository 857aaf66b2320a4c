/* Changes to messages, for scripts. */
import { concat } from "../bytes/byte-parts.ts";
import { type ClientHello, decodeClientHello, encodeClientHello } from "../handshake/client-hello.ts";
import { decodeServerHello, encodeServerHello, type ServerHello } from "../handshake/server-hello.ts";

/** Changes one bit. @param at index of the byte; from the end if it is negative */
export function flipBit(bytes: Uint8Array, at: number): Uint8Array {
  // Not slice(): a Buffer would give a view of the same memory.
  const changed = Uint8Array.from(bytes);
  const index = at < 0 ? changed.byteLength + at : at;
  changed[index] = (changed[index] ?? 0) ^ 1;
  return changed;
}

export const withClientHello =
  (change: Partial<ClientHello> | ((hello: ClientHello) => Partial<ClientHello>)) =>
  (body: Uint8Array): Uint8Array => {
    const hello = decodeClientHello(body)!;
    return encodeClientHello({ ...hello, ...(typeof change === "function" ? change(hello) : change) });
  };

export const withServerHello =
  (change: Partial<ServerHello>) =>
  (body: Uint8Array): Uint8Array =>
    encodeServerHello({ ...decodeServerHello(body)!, ...change });

/** A hello's extensions, with one more or another content; without it if there is no content. */
export function withExtension<Hello extends ClientHello | ServerHello>(
  { extensions }: Hello,
  type: number,
  data?: Uint8Array,
): Pick<Hello, "extensions"> {
  const changed = new Map(extensions);
  if (data === undefined) changed.delete(type);
  else changed.set(type, data);
  return { extensions: changed };
}

/** Changes the last byte, or adds one. */
export const longer = (body: Uint8Array): Uint8Array => concat(body, Uint8Array.of(0));

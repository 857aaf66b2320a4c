import type { LibraryProtocol, LibraryTransactions } from "../ice-agent/library.ts";

/** A local candidate with the socket, or the allocation at a TURN server, that it stands for. */
export interface Endpoint {
  readonly protocol: LibraryProtocol;
  readonly relayProtocol?: "udp" | "tcp" | "tls";
  /** The library's requests that wait for a response, by transaction id. */
  readonly transactions: LibraryTransactions;
  /** Passes a STUN message, which was checked, to the library. */
  deliver(message: Buffer, address: string, port: number): void;
  /** Sends without a promise or a copy, if possible. */
  send(packet: Uint8Array, address: string, port: number): void;
  /** The address has answered our check, or (`valid` is false) sent an authenticated one. */
  claim(address: string, port: number, valid: boolean): void;
  /** This address is used from now on: keeps what the path needs alive. */
  select(address: string, port: number): void;
  close(): void;
}

/** Called for each datagram that arrives. */
export type Receive = (endpoint: Endpoint, packet: Buffer, address: string, port: number) => void;

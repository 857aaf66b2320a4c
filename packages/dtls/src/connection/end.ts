import type { Alert } from "../record/alert.ts";

/** Why a connection ended. */
export type EndReason =
  /** This side closed it. */
  | "closed"
  /** The peer closed it (close_notify). */
  | "peer-closed"
  /** The handshake took too long. */
  | "no-answer"
  /** The peer sent a fatal alert; the message names it. */
  | "peer-alert"
  /** The peer's certificate has none of the announced fingerprints: somebody else answered. */
  | "wrong-fingerprint"
  /** The peer has no certificate, or one whose key can't be used. */
  | "bad-certificate"
  /** The peer doesn't have the key of its certificate, or another signature is wrong. */
  | "bad-signature"
  /** The two sides don't agree about the handshake: somebody changed it, or a key is wrong. */
  | "bad-finished"
  /** Both sides have no version, cipher suite, group, signature or extension in common. */
  | "nothing-in-common"
  /** The peer broke the protocol. */
  | "protocol-violation"
  /** No more records may be sent with these keys. */
  | "records-exhausted";

export interface ConnectionEnd {
  readonly reason: EndReason;
  /** For people. */
  readonly message: string;
}

/** The peer did something that ends the handshake. It never leaves the connection. */
export class HandshakeFailure extends Error {
  override readonly name = "HandshakeFailure";
  readonly reason: EndReason;
  /** What the peer is told. */
  readonly alert: Alert;

  constructor(reason: EndReason, alert: Alert, message: string) {
    super(message);
    this.reason = reason;
    this.alert = alert;
  }
}

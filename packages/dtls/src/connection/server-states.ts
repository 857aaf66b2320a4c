/*
 * The states of a server, and what each message does in them. The table is total: a missing cell does not compile.
 *
 *   wait-client-hello ──ClientHello, our first flight──▶ wait-certificate ──▶ wait-key-exchange ──▶ wait-certificate-verify
 *                     ──▶ wait-change-cipher-spec ──▶ wait-finished ──Finished, our second flight──▶ open
 */
import { HandshakeType } from "../handshake/handshake-type.ts";
import type { StateRow } from "./state-table.ts";

export type ServerState =
  | "wait-client-hello"
  | "wait-certificate"
  | "wait-key-exchange"
  | "wait-certificate-verify"
  | "wait-change-cipher-spec"
  | "wait-finished"
  | "open";

/** Messages that a client sends; "other" are all that it must not send. */
export type ClientMessage = "clientHello" | "certificate" | "clientKeyExchange" | "certificateVerify" | "finished" | "other";

export function clientMessageOf(type: number): ClientMessage {
  switch (type) {
    case HandshakeType.CLIENT_HELLO:
      return "clientHello";
    case HandshakeType.CERTIFICATE:
      return "certificate";
    case HandshakeType.CLIENT_KEY_EXCHANGE:
      return "clientKeyExchange";
    case HandshakeType.CERTIFICATE_VERIFY:
      return "certificateVerify";
    case HandshakeType.FINISHED:
      return "finished";
    default:
      return "other";
  }
}

export const SERVER_TABLE: Record<ServerState, StateRow<ServerState, ClientMessage>> = {
  "wait-client-hello": {
    clientHello: "wait-certificate",
    certificate: "refuse",
    clientKeyExchange: "refuse",
    certificateVerify: "refuse",
    finished: "refuse",
    other: "refuse",
    changeCipherSpec: "ignore",
    applicationData: "ignore",
  },
  "wait-certificate": {
    clientHello: "refuse",
    certificate: "wait-key-exchange",
    clientKeyExchange: "refuse",
    certificateVerify: "refuse",
    finished: "refuse",
    other: "refuse",
    changeCipherSpec: "ignore",
    applicationData: "ignore",
  },
  "wait-key-exchange": {
    clientHello: "refuse",
    certificate: "refuse",
    clientKeyExchange: "wait-certificate-verify",
    certificateVerify: "refuse",
    finished: "refuse",
    other: "refuse",
    changeCipherSpec: "ignore",
    applicationData: "ignore",
  },
  "wait-certificate-verify": {
    clientHello: "refuse",
    certificate: "refuse",
    clientKeyExchange: "refuse",
    certificateVerify: "wait-change-cipher-spec",
    finished: "refuse",
    other: "refuse",
    changeCipherSpec: "ignore",
    applicationData: "ignore",
  },
  "wait-change-cipher-spec": {
    clientHello: "refuse",
    certificate: "refuse",
    clientKeyExchange: "refuse",
    certificateVerify: "refuse",
    finished: "refuse",
    other: "refuse",
    changeCipherSpec: "wait-finished",
    applicationData: "ignore",
  },
  "wait-finished": {
    clientHello: "refuse",
    certificate: "refuse",
    clientKeyExchange: "refuse",
    certificateVerify: "refuse",
    finished: "open",
    other: "refuse",
    changeCipherSpec: "ignore",
    applicationData: "ignore",
  },
  open: {
    clientHello: "refuse-renegotiation",
    certificate: "ignore",
    clientKeyExchange: "ignore",
    certificateVerify: "ignore",
    finished: "repeat-flight",
    other: "ignore",
    changeCipherSpec: "ignore",
    applicationData: "deliver",
  },
};

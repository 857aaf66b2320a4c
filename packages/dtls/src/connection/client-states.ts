/*
 * The states of a client, and what each message does in them. The table is total: a missing cell does not compile.
 *
 *   idle ──start──▶ wait-server-hello ──▶ wait-certificate ──▶ wait-key-exchange ──▶ wait-certificate-request ──▶ wait-hello-done
 *        ──ServerHelloDone, our second flight──▶ wait-change-cipher-spec ──▶ wait-finished ──Finished──▶ open
 */
import { HandshakeType } from "../handshake/handshake-type.ts";
import type { StateRow } from "./state-table.ts";

export type ClientState =
  | "idle"
  | "wait-server-hello"
  | "wait-certificate"
  | "wait-key-exchange"
  | "wait-certificate-request"
  | "wait-hello-done"
  | "wait-change-cipher-spec"
  | "wait-finished"
  | "open";

/** Messages that a server sends; "other" are all that it must not send. */
export type ServerMessage =
  | "helloRequest"
  | "helloVerifyRequest"
  | "serverHello"
  | "certificate"
  | "serverKeyExchange"
  | "certificateRequest"
  | "serverHelloDone"
  | "finished"
  | "other";

export function serverMessageOf(type: number): ServerMessage {
  switch (type) {
    case HandshakeType.HELLO_REQUEST:
      return "helloRequest";
    case HandshakeType.HELLO_VERIFY_REQUEST:
      return "helloVerifyRequest";
    case HandshakeType.SERVER_HELLO:
      return "serverHello";
    case HandshakeType.CERTIFICATE:
      return "certificate";
    case HandshakeType.SERVER_KEY_EXCHANGE:
      return "serverKeyExchange";
    case HandshakeType.CERTIFICATE_REQUEST:
      return "certificateRequest";
    case HandshakeType.SERVER_HELLO_DONE:
      return "serverHelloDone";
    case HandshakeType.FINISHED:
      return "finished";
    default:
      return "other";
  }
}

export const CLIENT_TABLE: Record<ClientState, StateRow<ClientState, ServerMessage>> = {
  idle: {
    helloRequest: "ignore",
    helloVerifyRequest: "ignore",
    serverHello: "ignore",
    certificate: "ignore",
    serverKeyExchange: "ignore",
    certificateRequest: "ignore",
    serverHelloDone: "ignore",
    finished: "ignore",
    other: "ignore",
    changeCipherSpec: "ignore",
    applicationData: "ignore",
  },
  "wait-server-hello": {
    helloRequest: "ignore",
    helloVerifyRequest: "wait-server-hello",
    serverHello: "wait-certificate",
    certificate: "refuse",
    serverKeyExchange: "refuse",
    certificateRequest: "refuse",
    serverHelloDone: "refuse",
    finished: "refuse",
    other: "refuse",
    changeCipherSpec: "ignore",
    applicationData: "ignore",
  },
  "wait-certificate": {
    helloRequest: "ignore",
    helloVerifyRequest: "refuse",
    serverHello: "refuse",
    certificate: "wait-key-exchange",
    serverKeyExchange: "refuse",
    certificateRequest: "refuse",
    serverHelloDone: "refuse",
    finished: "refuse",
    other: "refuse",
    changeCipherSpec: "ignore",
    applicationData: "ignore",
  },
  "wait-key-exchange": {
    helloRequest: "ignore",
    helloVerifyRequest: "refuse",
    serverHello: "refuse",
    certificate: "refuse",
    serverKeyExchange: "wait-certificate-request",
    certificateRequest: "refuse",
    serverHelloDone: "refuse",
    finished: "refuse",
    other: "refuse",
    changeCipherSpec: "ignore",
    applicationData: "ignore",
  },
  "wait-certificate-request": {
    helloRequest: "ignore",
    helloVerifyRequest: "refuse",
    serverHello: "refuse",
    certificate: "refuse",
    serverKeyExchange: "refuse",
    certificateRequest: "wait-hello-done",
    serverHelloDone: "refuse",
    finished: "refuse",
    other: "refuse",
    changeCipherSpec: "ignore",
    applicationData: "ignore",
  },
  "wait-hello-done": {
    helloRequest: "ignore",
    helloVerifyRequest: "refuse",
    serverHello: "refuse",
    certificate: "refuse",
    serverKeyExchange: "refuse",
    certificateRequest: "refuse",
    serverHelloDone: "wait-change-cipher-spec",
    finished: "refuse",
    other: "refuse",
    changeCipherSpec: "ignore",
    applicationData: "ignore",
  },
  "wait-change-cipher-spec": {
    helloRequest: "ignore",
    helloVerifyRequest: "refuse",
    serverHello: "refuse",
    certificate: "refuse",
    serverKeyExchange: "refuse",
    certificateRequest: "refuse",
    serverHelloDone: "refuse",
    finished: "refuse",
    other: "refuse",
    changeCipherSpec: "wait-finished",
    applicationData: "hold",
  },
  "wait-finished": {
    helloRequest: "ignore",
    helloVerifyRequest: "refuse",
    serverHello: "refuse",
    certificate: "refuse",
    serverKeyExchange: "refuse",
    certificateRequest: "refuse",
    serverHelloDone: "refuse",
    finished: "open",
    other: "refuse",
    changeCipherSpec: "ignore",
    applicationData: "hold",
  },
  open: {
    helloRequest: "refuse-renegotiation",
    helloVerifyRequest: "ignore",
    serverHello: "ignore",
    certificate: "ignore",
    serverKeyExchange: "ignore",
    certificateRequest: "ignore",
    serverHelloDone: "ignore",
    finished: "ignore",
    other: "ignore",
    changeCipherSpec: "ignore",
    applicationData: "deliver",
  },
};

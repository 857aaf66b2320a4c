import { CIPHER_SUITES, type CipherSuite } from "../crypto/cipher-suite.ts";
import { createKeyShare, NAMED_GROUPS } from "../crypto/key-exchange.ts";
import { ECDSA_SHA256, isSignatureOf, SIGNATURE_SCHEMES, signEcdsa } from "../crypto/signature-scheme.ts";
import { concat } from "../bytes/byte-parts.ts";
import { CertificateType, decodeCertificateRequest } from "../handshake/certificate-request.ts";
import { encodeCertificateVerify } from "../handshake/certificate-verify.ts";
import { encodeClientHello, newClientHello, NULL_COMPRESSION } from "../handshake/client-hello.ts";
import { encodeClientKeyExchange } from "../handshake/client-key-exchange.ts";
import {
  EMPTY,
  encodeU16List,
  ExtensionType,
  FIRST_NEGOTIATION,
  hasExtendedMasterSecret,
  isFirstNegotiation,
  ONLY_UNCOMPRESSED,
} from "../handshake/extensions.ts";
import { HandshakeType } from "../handshake/handshake-type.ts";
import { decodeHelloVerifyRequest } from "../handshake/hello-verify-request.ts";
import type { HandshakeMessage } from "../handshake/message-header.ts";
import { decodeServerHello } from "../handshake/server-hello.ts";
import { decodeServerKeyExchange, encodeParameters } from "../handshake/server-key-exchange.ts";
import { decodeUseSrtp, encodeUseSrtp, SRTP_PROFILES } from "../handshake/use-srtp.ts";
import { Alert } from "../record/alert.ts";
import { Version } from "../record/record-header.ts";
import { CLIENT_TABLE, type ClientState, type ServerMessage, serverMessageOf } from "./client-states.ts";
import { HandshakeFailure } from "./end.ts";
import { assigned, checkPointFormats, HandshakeCore, type HandshakeParts, nothingInCommon, required } from "./handshake-core.ts";
import { type Handshake, StateMachine } from "./state-machine.ts";

/** Number of HelloVerifyRequests that are answered: one, and a few whose cookie expired on the way. */
const MAX_COOKIES = 3;

/** The client's side of a handshake: see client-states.ts for its order. */
export class ClientHandshake implements Handshake {
  readonly #core: HandshakeCore;
  readonly #suites: readonly CipherSuite[];
  readonly machine: StateMachine<ClientState, ServerMessage, Exclude<ServerMessage, "helloRequest" | "other">>;
  #cookies = 0;
  /** The server's public key, once it is authenticated. */
  #serverPublicKey: Uint8Array | undefined;

  constructor(parts: HandshakeParts) {
    this.#core = new HandshakeCore(parts);
    this.#suites = parts.options.cipherSuites.map((name) => CIPHER_SUITES[name]);
    this.machine = new StateMachine({
      table: CLIENT_TABLE,
      first: "idle",
      messageOf: serverMessageOf,
      handlers: {
        helloVerifyRequest: (message, nowMs) => this.#onHelloVerifyRequest(message, nowMs),
        serverHello: (message) => this.#onServerHello(message),
        certificate: (message) => this.#onCertificate(message),
        serverKeyExchange: (message) => this.#onServerKeyExchange(message),
        certificateRequest: (message) => this.#onCertificateRequest(message),
        serverHelloDone: (message, nowMs) => this.#onServerHelloDone(message, nowMs),
        finished: (message) => this.#onFinished(message),
      },
    });
  }

  start(nowMs: number): void {
    this.machine.state = "wait-server-hello";
    this.#sendHello(EMPTY, nowMs, undefined);
  }

  #sendHello(cookie: Uint8Array, nowMs: number, answered: HandshakeMessage | undefined): void {
    const { options, flights } = this.#core.parts;
    const hello = newClientHello({
      version: Version.DTLS_1_2,
      random: this.#core.ownRandom,
      cookie,
      cipherSuites: this.#suites.map(({ id }) => id),
      extensions: new Map([
        [ExtensionType.EXTENDED_MASTER_SECRET, EMPTY],
        [ExtensionType.RENEGOTIATION_INFO, FIRST_NEGOTIATION],
        [ExtensionType.SUPPORTED_GROUPS, encodeU16List(options.groups.map((group) => NAMED_GROUPS[group]))],
        [ExtensionType.EC_POINT_FORMATS, ONLY_UNCOMPRESSED],
        [ExtensionType.USE_SRTP, encodeUseSrtp(SRTP_PROFILES)],
        [ExtensionType.SIGNATURE_ALGORITHMS, encodeU16List(SIGNATURE_SCHEMES)],
      ]),
    });
    flights.begin([this.#core.message(HandshakeType.CLIENT_HELLO, encodeClientHello(hello))], nowMs, {
      answers: answered?.sequence,
      isLast: false,
    });
  }

  #onHelloVerifyRequest(message: HandshakeMessage, nowMs: number): void {
    const cookie = required(decodeHelloVerifyRequest(message.body), "HelloVerifyRequest");
    this.#cookies += 1;
    if (this.#cookies > MAX_COOKIES) {
      throw new HandshakeFailure("protocol-violation", Alert.UNEXPECTED_MESSAGE, "the server wants one cookie after the other");
    }
    // Neither this message nor the hello before it is in the transcript (RFC 6347, 4.2.1).
    this.#core.parts.transcript.clear();
    this.#sendHello(cookie, nowMs, message);
  }

  #onServerHello(message: HandshakeMessage): void {
    this.#core.parts.transcript.add(message);
    const { version, random, cipherSuite, compression, extensions } = required(decodeServerHello(message.body), "ServerHello");
    if (version !== Version.DTLS_1_2) {
      throw new HandshakeFailure("nothing-in-common", Alert.PROTOCOL_VERSION, "the server does not use DTLS 1.2");
    }
    for (const type of extensions.keys()) {
      if (!OFFERED.has(type)) {
        throw new HandshakeFailure(
          "protocol-violation",
          Alert.UNSUPPORTED_EXTENSION,
          `the server uses extension ${type}, which was not offered`,
        );
      }
    }
    const suite = this.#suites.find(({ id }) => id === cipherSuite);
    if (suite === undefined || compression !== NULL_COMPRESSION) {
      throw new HandshakeFailure("protocol-violation", Alert.ILLEGAL_PARAMETER, "the server has chosen what was not offered");
    }
    if (!hasExtendedMasterSecret(extensions)) nothingInCommon("the server has no extended master secret");
    const renegotiation = extensions.get(ExtensionType.RENEGOTIATION_INFO);
    if (renegotiation === undefined || !isFirstNegotiation(renegotiation)) nothingInCommon("the server has no secure renegotiation");
    checkUseSrtp(extensions.get(ExtensionType.USE_SRTP));
    checkPointFormats(extensions);
    this.#core.suite = suite;
    this.#core.peerRandom = random;
  }

  #onCertificate(message: HandshakeMessage): void {
    this.#core.onCertificate(message);
    if (this.#core.peerKey?.type !== this.#core.suite?.serverKey) {
      throw new HandshakeFailure("bad-certificate", Alert.UNSUPPORTED_CERTIFICATE, "the server's key is not one for the cipher suite");
    }
  }

  #onServerKeyExchange(message: HandshakeMessage): void {
    this.#core.parts.transcript.add(message);
    const exchange = required(decodeServerKeyExchange(message.body), "ServerKeyExchange");
    const group = this.#core.parts.options.groups.find((offered) => NAMED_GROUPS[offered] === exchange.group);
    if (group === undefined)
      throw new HandshakeFailure("protocol-violation", Alert.ILLEGAL_PARAMETER, "the server has chosen a group that was not offered");
    const signed = concat(this.#core.ownRandom, assigned(this.#core.peerRandom), encodeParameters(exchange));
    if (!isSignatureOf(assigned(this.#core.peerKey), exchange.scheme, signed, exchange.signature)) {
      throw new HandshakeFailure(
        "bad-signature",
        Alert.DECRYPT_ERROR,
        "the server has not signed its key exchange with the key of its certificate",
      );
    }
    this.#core.keyShare = createKeyShare(group);
    this.#serverPublicKey = exchange.publicKey;
  }

  #onCertificateRequest(message: HandshakeMessage): void {
    this.#core.parts.transcript.add(message);
    const { types, schemes } = required(decodeCertificateRequest(message.body), "CertificateRequest");
    if (!types.includes(CertificateType.ECDSA_SIGN) || !schemes.includes(ECDSA_SHA256)) {
      nothingInCommon("the server does not accept ECDSA certificates with SHA-256");
    }
  }

  /** Sends the second flight: from here on, all that this side sends is protected. */
  #onServerHelloDone(message: HandshakeMessage, nowMs: number): void {
    const core = this.#core;
    const { transcript, options, flights } = core.parts;
    transcript.add(message);
    required(message.body.byteLength === 0 ? message.body : undefined, "ServerHelloDone");
    const certificate = core.certificate();
    const keyExchange = core.message(HandshakeType.CLIENT_KEY_EXCHANGE, encodeClientKeyExchange(assigned(core.keyShare).publicKey));
    core.deriveKeys(assigned(this.#serverPublicKey));
    const signature = signEcdsa(options.certificate.privateKey, transcript.bytes);
    const verify = core.message(HandshakeType.CERTIFICATE_VERIFY, encodeCertificateVerify({ scheme: ECDSA_SHA256, signature }));
    flights.begin([certificate, keyExchange, verify, "change-cipher-spec", core.finished("client")], nowMs, {
      answers: message.sequence,
      isLast: false,
    });
  }

  #onFinished(message: HandshakeMessage): void {
    this.#core.onFinished(message, "server");
    this.#core.parts.flights.stop();
    this.#core.forget();
  }
}

/** Extensions of a ServerHello that answer one of ours. */
const OFFERED: ReadonlySet<number> = new Set([
  ExtensionType.EXTENDED_MASTER_SECRET,
  ExtensionType.RENEGOTIATION_INFO,
  ExtensionType.EC_POINT_FORMATS,
  ExtensionType.USE_SRTP,
]);

/** A server chooses exactly one of the profiles, without a key identifier as there is none in our offer, or leaves the extension out (RFC 5764, 4.1). */
function checkUseSrtp(data: Uint8Array | undefined): void {
  if (data === undefined) return;
  const [profile = 0, ...more] = required(decodeUseSrtp(data), "use_srtp");
  if (more.length > 0 || !SRTP_PROFILES.includes(profile) || data.byteLength !== encodeUseSrtp([profile]).byteLength) {
    throw new HandshakeFailure("protocol-violation", Alert.ILLEGAL_PARAMETER, "the server has chosen of SRTP what was not offered");
  }
}

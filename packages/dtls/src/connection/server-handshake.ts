import { CIPHER_SUITES, type CipherSuite } from "../crypto/cipher-suite.ts";
import { createKeyShare, NAMED_GROUPS, type NamedGroup } from "../crypto/key-exchange.ts";
import { ECDSA_SHA256, isSignatureOf, SIGNATURE_SCHEMES, signEcdsa } from "../crypto/signature-scheme.ts";
import { concat } from "../bytes/byte-parts.ts";
import { CertificateType, encodeCertificateRequest } from "../handshake/certificate-request.ts";
import { decodeCertificateVerify } from "../handshake/certificate-verify.ts";
import { type ClientHello, decodeClientHello, NULL_COMPRESSION, RENEGOTIATION_SCSV } from "../handshake/client-hello.ts";
import { decodeClientKeyExchange } from "../handshake/client-key-exchange.ts";
import {
  decodeU16List,
  EMPTY,
  type Extensions,
  ExtensionType,
  FIRST_NEGOTIATION,
  hasExtendedMasterSecret,
  isFirstNegotiation,
  ONLY_UNCOMPRESSED,
} from "../handshake/extensions.ts";
import { HandshakeType } from "../handshake/handshake-type.ts";
import type { HandshakeMessage } from "../handshake/message-header.ts";
import { encodeServerHello } from "../handshake/server-hello.ts";
import { encodeParameters, encodeServerKeyExchange } from "../handshake/server-key-exchange.ts";
import { chooseSrtpProfile, decodeUseSrtp, encodeUseSrtp } from "../handshake/use-srtp.ts";
import { Alert } from "../record/alert.ts";
import { Version } from "../record/record-header.ts";
import { HandshakeFailure } from "./end.ts";
import type { FlightPart } from "./flights.ts";
import { assigned, checkPointFormats, HandshakeCore, type HandshakeParts, nothingInCommon, required } from "./handshake-core.ts";
import { type ClientMessage, clientMessageOf, SERVER_TABLE, type ServerState } from "./server-states.ts";
import { type Handshake, StateMachine } from "./state-machine.ts";

/** The server's side of a handshake: see server-states.ts for its order. */
export class ServerHandshake implements Handshake {
  readonly #core: HandshakeCore;
  readonly machine: StateMachine<ServerState, ClientMessage, Exclude<ClientMessage, "other">>;

  constructor(parts: HandshakeParts) {
    this.#core = new HandshakeCore(parts);
    this.machine = new StateMachine({
      table: SERVER_TABLE,
      first: "wait-client-hello",
      messageOf: clientMessageOf,
      handlers: {
        clientHello: (message, nowMs) => this.#onClientHello(message, nowMs),
        certificate: (message) => this.#core.onCertificate(message),
        clientKeyExchange: (message) => this.#onClientKeyExchange(message),
        certificateVerify: (message) => this.#onCertificateVerify(message),
        finished: (message, nowMs) => this.#onFinished(message, nowMs),
      },
    });
  }

  /** A server only waits. */
  start(): void {}

  onMessage(message: HandshakeMessage, nowMs: number): void {
    this.machine.onMessage(message, nowMs);
  }

  afterOpen(type: number): "ignore" | "repeat-flight" | "refuse-renegotiation" {
    return this.machine.afterOpen(type);
  }

  onChangeCipherSpec(): boolean {
    return this.machine.onChangeCipherSpec();
  }

  #onClientHello(message: HandshakeMessage, nowMs: number): void {
    const core = this.#core;
    core.parts.transcript.add(message);
    // After a cookie the client's first message has number 1, and so has ours (RFC 6347, 4.2.2).
    core.nextSequence = message.sequence;
    const hello = required(decodeClientHello(message.body), "ClientHello");
    checkVersion(hello);
    if (!hasExtendedMasterSecret(hello.extensions)) nothingInCommon("the client has no extended master secret");
    checkSignatures(hello.extensions);
    const { cipherSuites, groups } = core.parts.options;
    const suite = chooseSuite(
      hello,
      cipherSuites.map((name) => CIPHER_SUITES[name]),
    );
    const group = chooseGroup(hello.extensions, groups);
    core.suite = suite;
    core.peerRandom = hello.random;
    core.keyShare = createKeyShare(group);
    const serverHello = encodeServerHello({
      version: Version.DTLS_1_2,
      random: core.ownRandom,
      sessionId: EMPTY,
      cipherSuite: suite.id,
      compression: NULL_COMPRESSION,
      extensions: answersTo(hello),
    });
    core.parts.flights.begin(
      [
        core.message(HandshakeType.SERVER_HELLO, serverHello),
        core.certificate(),
        this.#keyExchange(NAMED_GROUPS[group], core.keyShare.publicKey),
        core.message(HandshakeType.CERTIFICATE_REQUEST, encodeCertificateRequest(ACCEPTED_CERTIFICATES)),
        core.message(HandshakeType.SERVER_HELLO_DONE, EMPTY),
      ],
      nowMs,
      { answers: message.sequence, isLast: false },
    );
  }

  #keyExchange(group: number, publicKey: Uint8Array): FlightPart {
    const core = this.#core;
    const signed = concat(assigned(core.peerRandom), core.ownRandom, encodeParameters({ group, publicKey }));
    const signature = signEcdsa(core.parts.options.certificate.privateKey, signed);
    return core.message(HandshakeType.SERVER_KEY_EXCHANGE, encodeServerKeyExchange({ group, publicKey, scheme: ECDSA_SHA256, signature }));
  }

  #onClientKeyExchange(message: HandshakeMessage): void {
    this.#core.parts.transcript.add(message);
    this.#core.deriveKeys(required(decodeClientKeyExchange(message.body), "ClientKeyExchange"));
  }

  /** The client proves that it has the key of its certificate. */
  #onCertificateVerify(message: HandshakeMessage): void {
    const { transcript } = this.#core.parts;
    const { scheme, signature } = required(decodeCertificateVerify(message.body), "CertificateVerify");
    if (!isSignatureOf(assigned(this.#core.peerKey), scheme, transcript.bytes, signature)) {
      throw new HandshakeFailure(
        "bad-signature",
        Alert.DECRYPT_ERROR,
        "the client has not signed the handshake with the key of its certificate",
      );
    }
    transcript.add(message);
  }

  #onFinished(message: HandshakeMessage, nowMs: number): void {
    this.#core.onFinished(message, "client");
    // The client repeats its flight until it has this one.
    this.#core.parts.flights.begin(["change-cipher-spec", this.#core.finished("server")], nowMs, {
      answers: message.sequence,
      isLast: true,
    });
    this.#core.forget();
  }
}

const ACCEPTED_CERTIFICATES = {
  types: Uint8Array.of(CertificateType.ECDSA_SIGN, CertificateType.RSA_SIGN),
  schemes: SIGNATURE_SCHEMES,
};

/** Minor versions count downwards: 1.2 or newer is fine, and the answer is 1.2 (RFC 6347, 4.2.1). A client of 1.3 says 1.2 here (RFC 9147, 5.3). */
function checkVersion({ version, compressions }: ClientHello): void {
  if (version >>> 8 !== Version.DTLS_1_2 >>> 8 || version > Version.DTLS_1_2) {
    throw new HandshakeFailure("nothing-in-common", Alert.PROTOCOL_VERSION, "the client has no DTLS 1.2");
  }
  if (!compressions.includes(NULL_COMPRESSION)) {
    throw new HandshakeFailure("protocol-violation", Alert.ILLEGAL_PARAMETER, "the client wants compression");
  }
}

/** Without the extension a client accepts SHA-1 only (RFC 5246, 7.4.1.4.1), which is not used here. */
function checkSignatures(extensions: Extensions): void {
  const schemes = extensions.get(ExtensionType.SIGNATURE_ALGORITHMS);
  if (schemes === undefined || !required(decodeU16List(schemes), "signature_algorithms").includes(ECDSA_SHA256)) {
    nothingInCommon("the client does not accept ECDSA signatures with SHA-256");
  }
}

function chooseSuite({ cipherSuites }: ClientHello, own: readonly CipherSuite[]): CipherSuite {
  const suite = own.find(({ id, serverKey }) => serverKey === "ecdsa" && cipherSuites.includes(id));
  return suite ?? nothingInCommon("no cipher suite in common");
}

/** A client that names no groups accepts all (RFC 8422, 4); P-256 is the one that all have. */
function chooseGroup(extensions: Extensions, own: readonly NamedGroup[]): NamedGroup {
  checkPointFormats(extensions);
  const data = extensions.get(ExtensionType.SUPPORTED_GROUPS);
  const offered = data === undefined ? [NAMED_GROUPS.secp256r1] : required(decodeU16List(data), "supported_groups");
  // The list is also about certificates (RFC 8422, 5.3), and ours is on P-256.
  if (!offered.includes(NAMED_GROUPS.secp256r1)) nothingInCommon("the client does not accept keys on P-256");
  return own.find((group) => offered.includes(NAMED_GROUPS[group])) ?? nothingInCommon("no group in common");
}

/** Extensions of our hello: only answers to what the client offers. */
function answersTo({ cipherSuites, extensions }: ClientHello): Extensions {
  const answers = new Map([[ExtensionType.EXTENDED_MASTER_SECRET, EMPTY] as [number, Uint8Array]]);
  const renegotiation = extensions.get(ExtensionType.RENEGOTIATION_INFO);
  if (renegotiation !== undefined && !isFirstNegotiation(renegotiation)) nothingInCommon("the client renegotiates");
  if (renegotiation !== undefined || cipherSuites.includes(RENEGOTIATION_SCSV)) {
    answers.set(ExtensionType.RENEGOTIATION_INFO, FIRST_NEGOTIATION);
  }
  if (extensions.has(ExtensionType.EC_POINT_FORMATS)) answers.set(ExtensionType.EC_POINT_FORMATS, ONLY_UNCOMPRESSED);
  const useSrtp = extensions.get(ExtensionType.USE_SRTP);
  const profile = useSrtp === undefined ? undefined : chooseSrtpProfile(required(decodeUseSrtp(useSrtp), "use_srtp"));
  if (profile !== undefined) answers.set(ExtensionType.USE_SRTP, encodeUseSrtp([profile]));
  return answers;
}

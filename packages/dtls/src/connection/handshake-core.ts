import { randomBytes, timingSafeEqual } from "node:crypto";
import { isExpected } from "../certificate/fingerprint.ts";
import { readPeerKey } from "../certificate/peer-key.ts";
import type { CipherSuite } from "../crypto/cipher-suite.ts";
import type { KeyShare } from "../crypto/key-exchange.ts";
import { extendedMasterSecret, recordKeys, verifyData } from "../crypto/key-schedule.ts";
import type { VerificationKey } from "../crypto/signature-scheme.ts";
import { decodeCertificate, encodeCertificate } from "../handshake/certificate-message.ts";
import { allowsUncompressed, type Extensions, ExtensionType } from "../handshake/extensions.ts";
import { HandshakeType, RANDOM_BYTES } from "../handshake/handshake-type.ts";
import type { HandshakeMessage } from "../handshake/message-header.ts";
import { Alert } from "../record/alert.ts";
import { RecordOpener } from "../record/opener.ts";
import { type Epoch, PLAIN_EPOCH, type RecordLayer } from "../record/record-layer.ts";
import { PROTECTED_EPOCH, RecordSealer } from "../record/sealer.ts";
import { HandshakeFailure } from "./end.ts";
import type { FlightPart, Flights } from "./flights.ts";
import type { ResolvedOptions } from "./options.ts";
import type { Transcript } from "./transcript.ts";

/** What a handshake works with. */
export interface HandshakeParts {
  readonly options: ResolvedOptions;
  readonly records: RecordLayer;
  readonly flights: Flights;
  readonly transcript: Transcript;
}

type Side = "client" | "server";

/** What both roles do in a handshake: certificates, keys, Finished. */
export class HandshakeCore {
  readonly parts: HandshakeParts;
  readonly ownRandom: Uint8Array = randomBytes(RANDOM_BYTES);
  peerRandom: Uint8Array | undefined;
  suite: CipherSuite | undefined;
  keyShare: KeyShare | undefined;
  /** Set once the peer's certificate has an announced fingerprint. That the peer has its key is proved by a signature. */
  peerKey: VerificationKey | undefined;
  #masterSecret: Uint8Array | undefined;
  /** Number of the next message of this side. */
  nextSequence = 0;

  constructor(parts: HandshakeParts) {
    this.parts = parts;
  }

  /** A message of this side, with the next number, in the transcript. */
  message(type: HandshakeType, body: Uint8Array, epoch: Epoch = PLAIN_EPOCH): FlightPart {
    const message = { type, sequence: this.nextSequence, body };
    this.nextSequence += 1;
    this.parts.transcript.add(message);
    return { epoch, message };
  }

  certificate(): FlightPart {
    return this.message(HandshakeType.CERTIFICATE, encodeCertificate(this.parts.options.certificate.certificateDer));
  }

  /** Takes the peer's key from its certificate, if that is one of those that were announced (RFC 8122, 6.2). */
  onCertificate(message: HandshakeMessage): void {
    this.parts.transcript.add(message);
    const [certificate] = required(decodeCertificate(message.body), "Certificate");
    if (certificate === undefined) {
      throw new HandshakeFailure("bad-certificate", Alert.HANDSHAKE_FAILURE, "the peer has no certificate");
    }
    if (!isExpected(certificate, this.parts.options.expected)) {
      throw new HandshakeFailure(
        "wrong-fingerprint",
        Alert.BAD_CERTIFICATE,
        "the peer's certificate has another fingerprint than was announced",
      );
    }
    const key = readPeerKey(certificate);
    if (typeof key === "string") throw new HandshakeFailure("bad-certificate", Alert.UNSUPPORTED_CERTIFICATE, key);
    this.peerKey = key;
  }

  /** Computes all keys, when the transcript ends with ClientKeyExchange (RFC 7627, 3). */
  deriveKeys(peerPublicKey: Uint8Array): void {
    const { suite, keyShare, peerRandom } = this;
    const premaster = assigned(keyShare).agree(peerPublicKey);
    if (premaster === undefined) {
      throw new HandshakeFailure("protocol-violation", Alert.ILLEGAL_PARAMETER, "the peer's public key is not a usable point of the group");
    }
    this.#masterSecret = extendedMasterSecret(premaster, this.parts.transcript.hash);
    const { records, options } = this.parts;
    const { aead } = assigned(suite);
    const isClient = options.role === "client";
    const randoms = [this.ownRandom, assigned(peerRandom)] as const;
    const [clientRandom, serverRandom] = isClient ? randoms : [randoms[1], randoms[0]];
    const keys = recordKeys(this.#masterSecret, clientRandom, serverRandom, aead);
    const [own, peer] = isClient ? [keys.client, keys.server] : [keys.server, keys.client];
    records.setKeys(new RecordSealer(aead, own, options.maxRecords), new RecordOpener(aead, peer));
  }

  /** This side's Finished, which ends its last flight. */
  finished(side: Side): FlightPart {
    const body = verifyData(assigned(this.#masterSecret), side, this.parts.transcript.hash);
    this.parts.records.writeEpoch = PROTECTED_EPOCH;
    return this.message(HandshakeType.FINISHED, body, PROTECTED_EPOCH);
  }

  /** Checks the peer's Finished: both sides have seen the same handshake, and have the same keys (RFC 5246, 7.4.9). */
  onFinished(message: HandshakeMessage, side: Side): void {
    const expected = verifyData(assigned(this.#masterSecret), side, this.parts.transcript.hash);
    if (message.body.byteLength !== expected.byteLength || !timingSafeEqual(message.body, expected)) {
      throw new HandshakeFailure("bad-finished", Alert.DECRYPT_ERROR, "the peer's Finished is wrong");
    }
    this.parts.transcript.add(message);
  }

  /** Forgets what only the handshake needs. */
  forget(): void {
    this.parts.transcript.clear();
    this.#masterSecret = undefined;
    this.keyShare = undefined;
  }
}

/** A decoded message. @throws {HandshakeFailure} if it could not be decoded */
export function required<Decoded>(decoded: Decoded | undefined, name: string): Decoded {
  if (decoded === undefined) throw new HandshakeFailure("protocol-violation", Alert.DECODE_ERROR, `the peer's ${name} can't be read`);
  return decoded;
}

/** What an earlier state has set. */
export function assigned<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("a handshake step came before what it needs");
  return value;
}

/** @throws {HandshakeFailure} if a hello's ec_point_formats lacks the one form that is in use (RFC 8422, 5.1.2 and 5.2) */
export function checkPointFormats(extensions: Extensions): void {
  const formats = extensions.get(ExtensionType.EC_POINT_FORMATS);
  if (formats === undefined || allowsUncompressed(formats)) return;
  throw new HandshakeFailure("protocol-violation", Alert.ILLEGAL_PARAMETER, "the peer does not accept uncompressed points");
}

/** @throws {HandshakeFailure} because the two sides can't agree */
export function nothingInCommon(message: string): never {
  throw new HandshakeFailure("nothing-in-common", Alert.HANDSHAKE_FAILURE, message);
}

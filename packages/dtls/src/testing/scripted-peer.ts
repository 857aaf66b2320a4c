/*
 * A peer that does what a script says, with one of our connections: it can change, leave out, repeat and reorder messages, sign with any key, and write any record.
 * Without a script it takes part in the handshake as it should.
 */
import { type KeyObject, randomBytes, sign } from "node:crypto";
import { concat, u8 } from "../bytes/byte-parts.ts";
import type { Certificate } from "../certificate/create-certificate.ts";
import { Reassembly } from "../connection/reassembly.ts";
import { Transcript } from "../connection/transcript.ts";
import { CIPHER_SUITES, type CipherSuiteName } from "../crypto/cipher-suite.ts";
import { createKeyShare, type KeyShare, NAMED_GROUPS, type NamedGroup } from "../crypto/key-exchange.ts";
import { extendedMasterSecret, recordKeys, verifyData } from "../crypto/key-schedule.ts";
import { ECDSA_SHA256, SIGNATURE_SCHEMES } from "../crypto/signature-scheme.ts";
import { encodeCertificate } from "../handshake/certificate-message.ts";
import { encodeCertificateRequest } from "../handshake/certificate-request.ts";
import { encodeCertificateVerify } from "../handshake/certificate-verify.ts";
import { decodeClientHello, encodeClientHello, newClientHello } from "../handshake/client-hello.ts";
import { decodeClientKeyExchange, encodeClientKeyExchange } from "../handshake/client-key-exchange.ts";
import { EMPTY, encodeU16List, ExtensionType, FIRST_NEGOTIATION, ONLY_UNCOMPRESSED } from "../handshake/extensions.ts";
import { HandshakeType } from "../handshake/handshake-type.ts";
import { encodeFragment, type HandshakeMessage, readFragments } from "../handshake/message-header.ts";
import { decodeServerHello, encodeServerHello } from "../handshake/server-hello.ts";
import { decodeServerKeyExchange, encodeParameters, encodeServerKeyExchange } from "../handshake/server-key-exchange.ts";
import { decodeAlert } from "../record/alert.ts";
import { ContentType, emptyRecord, readRecord, SEQUENCE_END, Version, writeRecordHeader } from "../record/record-header.ts";
import { RecordOpener } from "../record/opener.ts";
import { RecordSealer } from "../record/sealer.ts";
import { CLIENT_CERTIFICATE, createSide, SERVER_CERTIFICATE, type Side } from "./pair.ts";
import type { ConnectionOptions } from "../connection/options.ts";

/** What a peer can send in a handshake. */
export type Step =
  | "clientHello"
  | "serverHello"
  | "certificate"
  | "serverKeyExchange"
  | "certificateRequest"
  | "serverHelloDone"
  | "clientKeyExchange"
  | "certificateVerify"
  | "changeCipherSpec"
  | "finished";

/** The flights of each role. */
export const FLIGHTS: Record<"client" | "server", readonly [readonly Step[], readonly Step[]]> = {
  client: [["clientHello"], ["certificate", "clientKeyExchange", "certificateVerify", "changeCipherSpec", "finished"]],
  server: [
    ["serverHello", "certificate", "serverKeyExchange", "certificateRequest", "serverHelloDone"],
    ["changeCipherSpec", "finished"],
  ],
};

export interface Script {
  /** @default as in {@link FLIGHTS} */
  readonly first?: readonly Step[];
  readonly second?: readonly Step[];
  /** Changes the bodies of messages before they are sent, and before the peer adds them to its transcript. */
  readonly change?: Partial<Record<Step, (body: Uint8Array, peer: ScriptedPeer) => Uint8Array>>;
  /** @default the one that our connection expects */
  readonly certificate?: Pick<Certificate, "certificateDer" | "privateKey">;
  /** @default the key of the certificate */
  readonly signWith?: KeyObject;
  /** How the peer says that it signs. @default ECDSA with SHA-256 */
  readonly scheme?: number;
  readonly suite?: CipherSuiteName;
  readonly group?: NamedGroup;
  /** Options of our connection. */
  readonly options?: Partial<ConnectionOptions>;
}

/** The type of each message. */
export const MESSAGE_TYPES: Record<Exclude<Step, "changeCipherSpec">, HandshakeType> = {
  clientHello: HandshakeType.CLIENT_HELLO,
  serverHello: HandshakeType.SERVER_HELLO,
  certificate: HandshakeType.CERTIFICATE,
  serverKeyExchange: HandshakeType.SERVER_KEY_EXCHANGE,
  certificateRequest: HandshakeType.CERTIFICATE_REQUEST,
  serverHelloDone: HandshakeType.SERVER_HELLO_DONE,
  clientKeyExchange: HandshakeType.CLIENT_KEY_EXCHANGE,
  certificateVerify: HandshakeType.CERTIFICATE_VERIFY,
  finished: HandshakeType.FINISHED,
};

export class ScriptedPeer {
  readonly role: "client" | "server";
  /** Our connection, which has the other role. */
  readonly side: Side;
  readonly #script: Script;
  readonly transcript = new Transcript();
  readonly random: Uint8Array = randomBytes(32);
  targetRandom: Uint8Array = EMPTY;
  readonly keyShare: KeyShare;
  #targetPublicKey: Uint8Array = EMPTY;
  #masterSecret: Uint8Array | undefined;
  sealer: RecordSealer | undefined;
  #opener: RecordOpener | undefined;
  #reassembly = new Reassembly();
  nextSequence = 0;
  #plainSequence = 0;
  nowMs = 0;
  /** What our connection has sent: messages, the names of alerts, and data. */
  readonly messages: HandshakeMessage[] = [];
  readonly alerts: string[] = [];
  readonly data: Uint8Array[] = [];
  readonly datagrams: Uint8Array[] = [];

  constructor(role: "client" | "server", script: Script = {}) {
    this.role = role;
    this.#script = script;
    this.side = createSide(role === "client" ? "server" : "client", script.options);
    this.keyShare = createKeyShare(script.group ?? "x25519");
  }

  get suite(): (typeof CIPHER_SUITES)[CipherSuiteName] {
    return CIPHER_SUITES[this.#script.suite ?? "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"];
  }

  /** Runs the handshake as far as it goes. */
  run(): this {
    this.begin();
    this.sendFlight(0);
    this.sendFlight(1);
    return this;
  }

  /** Begins the handshake at our side. */
  begin(): void {
    this.side.connection.start(this.nowMs);
    this.collect();
  }

  /** Sends a flight, each message in a datagram of its own, and reads what our side answers. */
  sendFlight(index: 0 | 1): void {
    const steps = (index === 0 ? this.#script.first : this.#script.second) ?? FLIGHTS[this.role][index];
    for (const step of steps) this.send(step);
    this.collect();
  }

  send(step: Step): void {
    if (step === "changeCipherSpec") return this.plain(ContentType.CHANGE_CIPHER_SPEC, u8(1));
    const body = this.#script.change?.[step]?.(this.body(step), this) ?? this.body(step);
    this.message(MESSAGE_TYPES[step], body, step === "finished" && this.sealer !== undefined);
  }

  /** Sends a message with the next number. */
  message(type: number, body: Uint8Array, isProtected = false): void {
    const message = { type, sequence: this.nextSequence, body };
    this.nextSequence += 1;
    this.transcript.add(message);
    const fragment = encodeFragment(message);
    if (isProtected) this.protected(ContentType.HANDSHAKE, fragment);
    else this.plain(ContentType.HANDSHAKE, fragment);
  }

  /** Sends a record without protection. */
  plain(type: number, content: Uint8Array, { epoch = 0 } = {}): void {
    const header = new Uint8Array(13);
    writeRecordHeader(header, type as ContentType, epoch, this.#plainSequence, content.byteLength);
    this.#plainSequence += 1;
    this.deliver(concat(header, content));
  }

  protected(type: ContentType, content: Uint8Array): void {
    this.deliver(this.seal(type, content));
  }

  seal(type: ContentType, content: Uint8Array): Uint8Array {
    if (this.sealer === undefined) throw new Error("the peer has no keys yet");
    return this.sealer.seal(type, content).slice();
  }

  deliver(datagram: Uint8Array): void {
    this.side.connection.receive(datagram, this.nowMs);
  }

  /** Reads all that our side has to send. */
  collect(): void {
    const { connection } = this.side;
    for (let datagram = connection.poll(this.nowMs); datagram !== undefined; datagram = connection.poll(this.nowMs)) {
      this.datagrams.push(Uint8Array.from(datagram));
      this.read(datagram);
    }
  }

  /** Reads a datagram of our side. */
  read(datagram: Uint8Array): void {
    const record = emptyRecord();
    for (let at = 0; at < datagram.byteLength && readRecord(datagram, at, record); at = record.end) {
      const content = record.epoch === 0 ? datagram.subarray(record.start, record.end) : this.#opener?.open(datagram, record);
      if (content === undefined || typeof content === "string") continue;
      if (record.type === ContentType.ALERT) this.alerts.push(decodeAlert(content)?.name ?? "?");
      if (record.type === ContentType.APPLICATION_DATA) this.data.push(content);
      if (record.type !== ContentType.HANDSHAKE) continue;
      for (const fragment of readFragments(content).fragments) this.#reassembly.add(fragment);
      for (let message = this.#reassembly.next(); message !== undefined; message = this.#reassembly.next()) this.#onMessage(message);
    }
  }

  #onMessage(message: HandshakeMessage): void {
    this.messages.push(message);
    this.transcript.add(message);
    const { type, body } = message;
    if (type === HandshakeType.CLIENT_HELLO) this.targetRandom = decodeClientHello(body)!.random;
    if (type === HandshakeType.SERVER_HELLO) this.targetRandom = decodeServerHello(body)!.random;
    if (type === HandshakeType.SERVER_KEY_EXCHANGE) this.#targetPublicKey = decodeServerKeyExchange(body)!.publicKey;
    if (type === HandshakeType.CLIENT_KEY_EXCHANGE) {
      this.#targetPublicKey = decodeClientKeyExchange(body)!;
      this.deriveKeys();
    }
  }

  deriveKeys(): void {
    const premaster = this.keyShare.agree(this.#targetPublicKey);
    if (premaster === undefined) return;
    this.#masterSecret = extendedMasterSecret(premaster, this.transcript.hash);
    const isClient = this.role === "client";
    const [clientRandom, serverRandom] = isClient ? [this.random, this.targetRandom] : [this.targetRandom, this.random];
    const keys = recordKeys(this.#masterSecret, clientRandom, serverRandom, this.suite.aead);
    this.sealer = new RecordSealer(this.suite.aead, isClient ? keys.client : keys.server, SEQUENCE_END);
    this.#opener = new RecordOpener(this.suite.aead, isClient ? keys.server : keys.client);
  }

  get certificate(): Pick<Certificate, "certificateDer" | "privateKey"> {
    return this.#script.certificate ?? (this.role === "client" ? CLIENT_CERTIFICATE : SERVER_CERTIFICATE);
  }

  sign(content: Uint8Array): Uint8Array {
    return sign("sha256", content, this.#script.signWith ?? this.certificate.privateKey);
  }

  /** The body of a message as it should be. */
  body(step: Exclude<Step, "changeCipherSpec">): Uint8Array {
    const scheme = this.#script.scheme ?? ECDSA_SHA256;
    const group = NAMED_GROUPS[this.keyShare.group];
    switch (step) {
      case "clientHello":
        return encodeClientHello(this.clientHello());
      case "serverHello":
        return encodeServerHello({
          version: Version.DTLS_1_2,
          random: this.random,
          sessionId: EMPTY,
          cipherSuite: this.suite.id,
          compression: 0,
          extensions: new Map([
            [ExtensionType.EXTENDED_MASTER_SECRET, EMPTY],
            [ExtensionType.RENEGOTIATION_INFO, FIRST_NEGOTIATION],
          ]),
        });
      case "certificate":
        return encodeCertificate(this.certificate.certificateDer);
      case "serverKeyExchange": {
        const { publicKey } = this.keyShare;
        const signature = this.sign(concat(this.targetRandom, this.random, encodeParameters({ group, publicKey })));
        return encodeServerKeyExchange({ group, publicKey, scheme, signature });
      }
      case "certificateRequest":
        return encodeCertificateRequest({ types: Uint8Array.of(64), schemes: SIGNATURE_SCHEMES });
      case "serverHelloDone":
        return EMPTY;
      case "clientKeyExchange":
        return encodeClientKeyExchange(this.keyShare.publicKey);
      case "certificateVerify":
        this.deriveKeys();
        return encodeCertificateVerify({ scheme, signature: this.sign(this.transcript.bytes) });
      case "finished":
        if (this.#masterSecret === undefined) this.deriveKeys();
        return verifyData(this.#masterSecret ?? EMPTY, this.role, this.transcript.hash);
    }
  }

  clientHello(): ReturnType<typeof newClientHello> {
    return newClientHello({
      version: Version.DTLS_1_2,
      random: this.random,
      cookie: EMPTY,
      cipherSuites: [this.suite.id],
      extensions: new Map([
        [ExtensionType.EXTENDED_MASTER_SECRET, EMPTY],
        [ExtensionType.RENEGOTIATION_INFO, FIRST_NEGOTIATION],
        [ExtensionType.SUPPORTED_GROUPS, encodeU16List([...new Set([NAMED_GROUPS[this.keyShare.group], NAMED_GROUPS.secp256r1])])],
        [ExtensionType.EC_POINT_FORMATS, ONLY_UNCOMPRESSED],
        [ExtensionType.SIGNATURE_ALGORITHMS, encodeU16List(SIGNATURE_SCHEMES)],
      ]),
    });
  }
}

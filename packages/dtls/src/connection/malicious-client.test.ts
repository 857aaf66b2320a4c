/* A server of ours, and clients that break a rule: it ends with the reason, tells the client, and never opens. */
import { sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { concat, u16, vector16, vector8 } from "../bytes/byte-parts.ts";
import { objectId } from "../certificate/der.ts";
import { fingerprintOf } from "../certificate/fingerprint.ts";
import { encodeCertificate } from "../handshake/certificate-message.ts";
import { encodeCertificateVerify } from "../handshake/certificate-verify.ts";
import type { ClientHello } from "../handshake/client-hello.ts";
import { encodeClientKeyExchange } from "../handshake/client-key-exchange.ts";
import { EMPTY, encodeU16List, ExtensionType } from "../handshake/extensions.ts";
import { HandshakeType } from "../handshake/handshake-type.ts";
import { encodeFragment } from "../handshake/message-header.ts";
import { decodeServerHello } from "../handshake/server-hello.ts";
import { ContentType } from "../record/record-header.ts";
import { certificateWith, ecKeyInfo, rsaCertificate, shortRsaCertificate, strangersCertificate } from "../testing/certificates.ts";
import { flipBit, longer, withClientHello, withExtension } from "../testing/changes.ts";
import { type Script, ScriptedPeer } from "../testing/scripted-peer.ts";
import type { EndReason } from "./end.ts";

function expectRefused(script: Script, reason: EndReason, alert: string): void {
  const peer = new ScriptedPeer("client", script).run();
  expect([peer.side.end?.reason, peer.alerts]).toEqual([reason, [alert]]);
  expect(peer.side.opened).toBe(0);
  expect(peer.side.connection.state).toBe("ended");
}

describe("the client's CertificateVerify", () => {
  const verify = (signature: (peer: ScriptedPeer) => Uint8Array, scheme = 0x0403) => ({
    certificateVerify: (_body: Uint8Array, peer: ScriptedPeer): Uint8Array =>
      encodeCertificateVerify({ scheme, signature: signature(peer) }),
  });

  test.each<[string, Script]>([
    ["a changed signature", { change: { certificateVerify: (body) => flipBit(body, -1) } }],
    ["a signature of another key: the client presents a certificate without its key", { signWith: strangersCertificate().privateKey }],
    ["no signature", { change: verify(() => EMPTY) }],
    ["a signature of another handshake", { change: verify((peer) => peer.sign(flipBit(peer.transcript.bytes, 20))) }],
    ["a signature over a part of the handshake", { change: verify((peer) => peer.sign(peer.transcript.bytes.subarray(0, 500))) }],
    [
      "a valid signature with SHA-1",
      { change: verify((peer) => sign("sha1", peer.transcript.bytes, peer.certificate.privateKey), 0x0203) },
    ],
    ["a scheme of another type of key", { scheme: 0x0804 }],
  ])("with %s is refused", (_, script) => {
    expectRefused(script, "bad-signature", "decrypt_error");
  });

  test("that is missing is refused, also before a Finished with the right keys", () => {
    const second = ["certificate", "clientKeyExchange", "changeCipherSpec", "finished"] as const;
    const peer = new ScriptedPeer("client", { second }).run();
    // Its keys are right, but they are not read yet.
    expect(peer.side.connection.state).toBe("connecting");
    expect(peer.side.opened).toBe(0);
    expect(peer.side.connection.stats.ignoredRecords).toBe(2);
  });
});

describe("the client's certificate", () => {
  test("with another fingerprint than was announced is refused, although the client has its key", () => {
    expectRefused({ certificate: strangersCertificate() }, "wrong-fingerprint", "bad_certificate");
  });

  test("that is empty is refused", () => {
    expectRefused({ change: { certificate: () => encodeCertificate() } }, "bad-certificate", "handshake_failure");
  });

  test("that is missing is refused", () => {
    const second = ["clientKeyExchange", "changeCipherSpec", "finished"] as const;
    expectRefused({ second }, "protocol-violation", "unexpected_message");
  });

  test("with an RSA key of 1024 bits is refused", () => {
    const certificate = shortRsaCertificate();
    const options = { remoteFingerprints: [{ algorithm: "sha-256", value: certificate.fingerprint }] };
    expectRefused({ certificate, options, scheme: 0x0401 }, "bad-certificate", "unsupported_certificate");
  });

  test("with a key whose point is at infinity is refused", () => {
    const certificateDer = certificateWith(ecKeyInfo(objectId("2a8648ce3d030107"), Uint8Array.of(0)));
    const options = { remoteFingerprints: [{ algorithm: "sha-256", value: fingerprintOf(certificateDer, "sha-256") }] };
    const certificate = { certificateDer, privateKey: strangersCertificate().privateKey };
    expectRefused({ certificate, options }, "bad-certificate", "unsupported_certificate");
  });

  test("with an RSA key of 2048 bits is accepted", () => {
    const certificate = rsaCertificate();
    const options = { remoteFingerprints: [{ algorithm: "sha-256", value: certificate.fingerprint }] };
    expect(new ScriptedPeer("client", { certificate, options, scheme: 0x0401 }).run().side.opened).toBe(1);
  });
});

test.each<[string, Script]>([
  ["changed", { change: { finished: (body) => flipBit(body, 0) } }],
  ["too short", { change: { finished: (body) => body.subarray(1) } }],
  ["empty", { change: { finished: () => EMPTY } }],
])("a Finished of the client that is %s is refused", (_, script) => {
  expectRefused(script, "bad-finished", "decrypt_error");
});

describe("a ClientHello", () => {
  const extension = (type: number, data?: Uint8Array) => withClientHello((hello) => withExtension(hello, type, data));

  test.each<[string, (body: Uint8Array) => Uint8Array, EndReason, string]>([
    ["of DTLS 1.0", withClientHello({ version: 0xfeff }), "nothing-in-common", "protocol_version"],
    ["of TLS", withClientHello({ version: 0x0303 }), "nothing-in-common", "protocol_version"],
    ["without a suite of ours", withClientHello({ cipherSuites: [0xc009, 0xc02c, 0x002f] }), "nothing-in-common", "handshake_failure"],
    ["with suites for RSA keys only", withClientHello({ cipherSuites: [0xc02f, 0xcca8] }), "nothing-in-common", "handshake_failure"],
    ["without extended master secret", extension(ExtensionType.EXTENDED_MASTER_SECRET), "nothing-in-common", "handshake_failure"],
    ["without signature algorithms: SHA-1", extension(ExtensionType.SIGNATURE_ALGORITHMS), "nothing-in-common", "handshake_failure"],
    [
      "with SHA-1 only",
      extension(ExtensionType.SIGNATURE_ALGORITHMS, encodeU16List([0x0203, 0x0201])),
      "nothing-in-common",
      "handshake_failure",
    ],
    [
      "without a group of ours",
      extension(ExtensionType.SUPPORTED_GROUPS, encodeU16List([24, 25])),
      "nothing-in-common",
      "handshake_failure",
    ],
    [
      "without P-256, on which our certificate is",
      extension(ExtensionType.SUPPORTED_GROUPS, encodeU16List([29])),
      "nothing-in-common",
      "handshake_failure",
    ],
    [
      "with malformed groups",
      extension(ExtensionType.SUPPORTED_GROUPS, Uint8Array.of(0, 3, 0, 29, 0)),
      "protocol-violation",
      "decode_error",
    ],
    [
      "without uncompressed points",
      extension(ExtensionType.EC_POINT_FORMATS, vector8(Uint8Array.of(1))),
      "protocol-violation",
      "illegal_parameter",
    ],
    [
      "that renegotiates",
      extension(ExtensionType.RENEGOTIATION_INFO, vector8(new Uint8Array(12))),
      "nothing-in-common",
      "handshake_failure",
    ],
    ["that only allows compression", withClientHello({ compressions: Uint8Array.of(1) }), "protocol-violation", "illegal_parameter"],
    ["with a byte too many", longer, "protocol-violation", "decode_error"],
  ])("%s is refused", (_, clientHello, reason, alert) => {
    expectRefused({ first: ["clientHello"], second: [], change: { clientHello } }, reason, alert);
  });

  /** Like Chromium's of DTLS 1.3 with a post-quantum key share, and Firefox's use_srtp. */
  const modern = withClientHello(({ cipherSuites, extensions }: ClientHello) => ({
    cipherSuites: [0x8a8a, 0x1301, 0x1303, ...cipherSuites, 0xc013, 0x00ff],
    extensions: new Map([
      [0x4a4a, EMPTY],
      [43, vector8(u16(0x3a3a), u16(0xfefc), u16(0xfefd))],
      [51, vector16(concat(u16(0x11ec), vector16(new Uint8Array(1216).fill(3))), concat(u16(29), vector16(new Uint8Array(32).fill(9))))],
      [14, concat(vector16(u16(7), u16(8), u16(1)), vector8())],
      ...[...extensions].filter(([type]) => type !== ExtensionType.USE_SRTP),
      [ExtensionType.SUPPORTED_GROUPS, encodeU16List([0x2a2a, 0x11ec, 29, 23, 24])],
      [ExtensionType.SIGNATURE_ALGORITHMS, encodeU16List([0x0904, 0x0403, 0x0804, 0x0401, 0x0203])],
      [0xfe0d, new Uint8Array(200)],
    ]),
  }));

  test("with versions, groups, suites and extensions that are unknown is answered with DTLS 1.2", () => {
    const peer = new ScriptedPeer("client", { change: { clientHello: modern } }).run();
    expect(peer.side.opened).toBe(1);
    const hello = decodeServerHello(peer.messages[0]!.body)!;
    expect([hello.version, hello.cipherSuite, hello.sessionId.byteLength]).toEqual([0xfefd, 0xc02b, 0]);
    // Nothing that was not understood is answered (RFC 5246, 7.4.1.4).
    expect([...hello.extensions.keys()].sort((one, other) => one - other)).toEqual([11, 14, 23, 0xff01]);
  });

  test("of that size in two fragments is answered, whichever comes first", () => {
    const peer = new ScriptedPeer("client");
    peer.begin();
    const message = { type: HandshakeType.CLIENT_HELLO, sequence: 0, body: modern(peer.body("clientHello")) };
    peer.transcript.add(message);
    peer.nextSequence = 1;
    peer.plain(ContentType.HANDSHAKE, encodeFragment(message, 1000, message.body.byteLength - 1000));
    peer.collect();
    expect(peer.datagrams).toEqual([]);
    peer.plain(ContentType.HANDSHAKE, encodeFragment(message, 0, 1000));
    peer.collect();
    peer.sendFlight(1);
    expect(peer.side.opened).toBe(1);
  });

  test("without groups is answered with P-256 (RFC 8422, 4)", () => {
    const clientHello = extension(ExtensionType.SUPPORTED_GROUPS);
    expect(new ScriptedPeer("client", { group: "secp256r1", change: { clientHello } }).run().side.opened).toBe(1);
  });

  test.each([
    ["renegotiation_info", { cipherSuites: [0xc02b] }, true],
    ["the signalling suite", { cipherSuites: [0xc02b, 0x00ff], without: true }, true],
    ["neither", { cipherSuites: [0xc02b], without: true }, false],
  ])("with %s gets renegotiation_info where it asks for it (RFC 5746, 3.6)", (_, { cipherSuites, ...rest }, expected) => {
    const clientHello = withClientHello((hello) => ({
      cipherSuites,
      ...("without" in rest ? withExtension(hello, ExtensionType.RENEGOTIATION_INFO) : {}),
    }));
    const peer = new ScriptedPeer("client", { change: { clientHello } }).run();
    expect(peer.side.opened).toBe(1);
    expect(decodeServerHello(peer.messages[0]!.body)!.extensions.has(ExtensionType.RENEGOTIATION_INFO)).toBe(expected);
  });
});

test.each<[string, Uint8Array, "x25519" | "secp256r1"]>([
  ["X25519, all zero", new Uint8Array(32), "x25519"],
  ["X25519, too long", new Uint8Array(33).fill(9), "x25519"],
  ["P-256, not on the curve", concat(Uint8Array.of(4), new Uint8Array(64).fill(7)), "secp256r1"],
  ["P-256, compressed", concat(Uint8Array.of(3), new Uint8Array(32).fill(1)), "secp256r1"],
])("a public key of the client, %s, is refused", (_, publicKey, group) => {
  const second = ["certificate", "clientKeyExchange"] as const;
  expectRefused(
    { group, second, change: { clientKeyExchange: () => encodeClientKeyExchange(publicKey) } },
    "protocol-violation",
    "illegal_parameter",
  );
});

test.each(["certificate", "clientKeyExchange", "certificateVerify"] as const)("a %s with a byte too many is refused", (step) => {
  expectRefused({ change: { [step]: longer } }, "protocol-violation", "decode_error");
});

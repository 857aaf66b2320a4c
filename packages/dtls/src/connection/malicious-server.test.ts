/* A client of ours, and servers that break a rule: it ends with the reason, tells the server, and never opens. */
import { constants, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { concat, u16, vector16, vector8 } from "../bytes/byte-parts.ts";
import type { Certificate } from "../certificate/create-certificate.ts";
import { fingerprintOf } from "../certificate/fingerprint.ts";
import { encodeCertificate } from "../handshake/certificate-message.ts";
import { encodeUseSrtp } from "../handshake/use-srtp.ts";
import { EMPTY, ExtensionType } from "../handshake/extensions.ts";
import { decodeServerHello, encodeServerHello } from "../handshake/server-hello.ts";
import { decodeServerKeyExchange, encodeParameters, encodeServerKeyExchange } from "../handshake/server-key-exchange.ts";
import { curveCertificate, rsaCertificate, shortRsaCertificate, strangersCertificate } from "../testing/certificates.ts";
import { flipBit, longer, withExtension, withServerHello } from "../testing/changes.ts";
import { SERVER_CERTIFICATE } from "../testing/pair.ts";
import { type Script, ScriptedPeer } from "../testing/scripted-peer.ts";
import type { EndReason } from "./end.ts";

function expectRefused(script: Script, reason: EndReason, alert: string): ScriptedPeer {
  const peer = new ScriptedPeer("server", script).run();
  expect([peer.side.end?.reason, peer.alerts]).toEqual([reason, [alert]]);
  expect(peer.side.opened).toBe(0);
  expect(peer.side.connection.state).toBe("ended");
  return peer;
}

/** Our client expects this certificate. */
const expecting = ({ fingerprint }: Certificate): NonNullable<Script["options"]> => ({
  remoteFingerprints: [{ algorithm: "sha-256", value: fingerprint }],
});

describe("the server's key", () => {
  const signed = (change: (content: Uint8Array, peer: ScriptedPeer) => Uint8Array, scheme = 0x0403) => ({
    serverKeyExchange: (body: Uint8Array, peer: ScriptedPeer): Uint8Array => {
      const exchange = decodeServerKeyExchange(body)!;
      const content = concat(peer.targetRandom, peer.random, encodeParameters(exchange));
      return encodeServerKeyExchange({ ...exchange, scheme, signature: change(content, peer) });
    },
  });

  test.each<[string, Script]>([
    ["a changed signature", { change: { serverKeyExchange: (body) => flipBit(body, -1) } }],
    ["a signature of another key: the server presents a certificate without its key", { signWith: strangersCertificate().privateKey }],
    ["no signature", { change: signed(() => EMPTY) }],
    [
      "a signature of another handshake",
      { change: signed((content, peer) => peer.sign(concat(new Uint8Array(32), content.subarray(32)))) },
    ],
    ["a signature over other parameters", { change: signed((content, peer) => peer.sign(flipBit(content, -1))) }],
    ["a valid signature with SHA-1", { change: signed((content, peer) => sign("sha1", content, peer.certificate.privateKey), 0x0203) }],
    ["a scheme of another type of key", { scheme: 0x0401 }],
    ["an unknown scheme", { scheme: 0xfefe }],
  ])("%s is refused", (_, script) => {
    expectRefused(script, "bad-signature", "decrypt_error");
  });

  test("a ServerKeyExchange that is missing is refused", () => {
    expectRefused(
      { first: ["serverHello", "certificate", "certificateRequest", "serverHelloDone"] },
      "protocol-violation",
      "unexpected_message",
    );
  });
});

describe("the server's certificate", () => {
  test("with another fingerprint than was announced is refused, although the server has its key", () => {
    expectRefused({ certificate: strangersCertificate() }, "wrong-fingerprint", "bad_certificate");
  });

  test("must be the first of the chain", () => {
    const chain = encodeCertificate(strangersCertificate().certificateDer, SERVER_CERTIFICATE.certificateDer);
    expectRefused({ change: { certificate: () => chain } }, "wrong-fingerprint", "bad_certificate");
  });

  test("is refused with one bit changed", () => {
    const changed = encodeCertificate(flipBit(SERVER_CERTIFICATE.certificateDer, -1));
    expectRefused({ change: { certificate: () => changed } }, "wrong-fingerprint", "bad_certificate");
  });

  test.each<[string, Script, string]>([
    ["an empty list", { change: { certificate: () => encodeCertificate() } }, "handshake_failure"],
    [
      "one that isn't DER",
      { change: { certificate: () => encodeCertificate(Uint8Array.of(1, 2, 3)) }, options: expecting(fakeOf(Uint8Array.of(1, 2, 3))) },
      "unsupported_certificate",
    ],
    [
      "a key on a curve that isn't supported",
      { certificate: curveCertificate("secp521r1"), options: expecting(curveCertificate("secp521r1")) },
      "unsupported_certificate",
    ],
    [
      "an RSA key for a suite with ECDSA",
      { certificate: rsaCertificate(), options: expecting(rsaCertificate()) },
      "unsupported_certificate",
    ],
    ["an ECDSA key for a suite with RSA", { suite: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" }, "unsupported_certificate"],
    [
      "an RSA key of 1024 bits",
      {
        certificate: shortRsaCertificate(),
        options: expecting(shortRsaCertificate()),
        suite: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        scheme: 0x0401,
      },
      "unsupported_certificate",
    ],
  ])("%s is refused", (_, script, alert) => {
    expectRefused(script, "bad-certificate", alert);
  });

  test.each([
    ["RSASSA-PKCS1-v1_5", 0x0401, constants.RSA_PKCS1_PADDING],
    ["RSASSA-PSS", 0x0804, constants.RSA_PKCS1_PSS_PADDING],
  ])("with an RSA key of 2048 bits is accepted, with %s", (_, scheme, padding) => {
    const certificate = rsaCertificate();
    const peer = new ScriptedPeer("server", {
      certificate,
      options: expecting(certificate),
      suite: "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
      change: {
        serverKeyExchange: (body, { targetRandom, random }) => {
          const exchange = decodeServerKeyExchange(body)!;
          const content = concat(targetRandom, random, encodeParameters(exchange));
          const key = { key: certificate.privateKey, padding, saltLength: padding === constants.RSA_PKCS1_PSS_PADDING ? 32 : undefined };
          return encodeServerKeyExchange({ ...exchange, scheme, signature: sign("sha256", content, key) });
        },
      },
    }).run();
    expect(peer.side.end).toBeUndefined();
    expect(peer.side.opened).toBe(1);
  });

  test("with a key on P-384 is accepted", () => {
    const certificate = curveCertificate("secp384r1");
    expect(new ScriptedPeer("server", { certificate, options: expecting(certificate) }).run().side.opened).toBe(1);
  });

  function fakeOf(certificateDer: Uint8Array): Certificate {
    return { ...SERVER_CERTIFICATE, fingerprint: fingerprintOf(certificateDer, "sha-256") };
  }
});

describe("the server's Finished", () => {
  test.each<[string, Script]>([
    ["changed", { change: { finished: (body) => flipBit(body, 0) } }],
    ["too long", { change: { finished: longer } }],
    ["empty", { change: { finished: () => EMPTY } }],
    ["computed for the other role", { change: { finished: (_body, { messages }) => messages.at(-1)!.body } }],
  ])("%s is refused", (_, script) => {
    expectRefused(script, "bad-finished", "decrypt_error");
  });
});

describe("a downgrade", () => {
  test.each<[string, (body: Uint8Array) => Uint8Array, EndReason, string]>([
    ["to DTLS 1.0", withServerHello({ version: 0xfeff }), "nothing-in-common", "protocol_version"],
    ["to an unknown version", withServerHello({ version: 0xfefc }), "nothing-in-common", "protocol_version"],
    ["to CBC", withServerHello({ cipherSuite: 0xc009 }), "protocol-violation", "illegal_parameter"],
    ["to a suite without authentication", withServerHello({ cipherSuite: 0xc018 }), "protocol-violation", "illegal_parameter"],
    ["to compression", withServerHello({ compression: 1 }), "protocol-violation", "illegal_parameter"],
    ["to no extended master secret", without(ExtensionType.EXTENDED_MASTER_SECRET), "nothing-in-common", "handshake_failure"],
    ["to no secure renegotiation", without(ExtensionType.RENEGOTIATION_INFO), "nothing-in-common", "handshake_failure"],
    ["to no extensions", withServerHello({ extensions: new Map() }), "nothing-in-common", "handshake_failure"],
    [
      "to a renegotiation",
      withData(ExtensionType.RENEGOTIATION_INFO, vector8(new Uint8Array(24))),
      "nothing-in-common",
      "handshake_failure",
    ],
    ["to a malformed renegotiation_info", withData(ExtensionType.RENEGOTIATION_INFO, EMPTY), "nothing-in-common", "handshake_failure"],
    [
      "to an extended master secret that isn't empty",
      withData(ExtensionType.EXTENDED_MASTER_SECRET, Uint8Array.of(0)),
      "nothing-in-common",
      "handshake_failure",
    ],
    [
      "to compressed points",
      withData(ExtensionType.EC_POINT_FORMATS, vector8(Uint8Array.of(1))),
      "protocol-violation",
      "illegal_parameter",
    ],
    ["to an extension that was not offered", withData(16, EMPTY), "protocol-violation", "unsupported_extension"],
    ["with an SRTP profile that was not offered", withUseSrtp([8]), "protocol-violation", "illegal_parameter"],
    [
      "with a key identifier of SRTP",
      withData(ExtensionType.USE_SRTP, concat(vector16(u16(1)), vector8(u16(1)))),
      "protocol-violation",
      "illegal_parameter",
    ],
    ["with two SRTP profiles", withUseSrtp([7, 1]), "protocol-violation", "illegal_parameter"],
    [
      "to a suite of ours that our client does not offer",
      withServerHello({ cipherSuite: 0xcca9 }),
      "protocol-violation",
      "illegal_parameter",
    ],
  ])("%s is refused", (_, serverHello, reason, alert) => {
    const options: NonNullable<Script["options"]> = { cipherSuites: ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"] };
    expectRefused({ change: { serverHello }, options }, reason, alert);
  });

  test("an extension that is there twice is refused", () => {
    const twice = vector16(...[0, 1].map(() => concat(u16(ExtensionType.EXTENDED_MASTER_SECRET), vector16())));
    const serverHello = (body: Uint8Array): Uint8Array => concat(withServerHello({ extensions: new Map() })(body).subarray(0, -2), twice);
    expectRefused({ change: { serverHello } }, "protocol-violation", "decode_error");
  });

  test("a changed ServerHello is noticed even if it could be accepted", () => {
    const peer = new ScriptedPeer("server");
    peer.begin();
    const body = peer.body("serverHello");
    peer.message(2, body);
    peer.transcript.clear();
    // The peer's transcript has another session id than what our side has seen.
    for (const message of peer.messages) peer.transcript.add(message);
    peer.transcript.add({ type: 2, sequence: 0, body: withServerHello({ sessionId: new Uint8Array(32) })(body) });
    for (const step of ["certificate", "serverKeyExchange", "certificateRequest", "serverHelloDone"] as const) peer.send(step);
    peer.collect();
    peer.sendFlight(1);
    // Keys differ, because they depend on the transcript: nothing of the peer can be opened.
    expect(peer.side.opened).toBe(0);
    expect(peer.side.connection.stats.forgedRecords).toBe(1);
  });

  function without(type: number): (body: Uint8Array) => Uint8Array {
    return (body) => encodeServerHello({ ...decodeServerHello(body)!, ...withExtension(decodeServerHello(body)!, type) });
  }
  function withUseSrtp(profiles: readonly number[]): (body: Uint8Array) => Uint8Array {
    const data = encodeUseSrtp(profiles);
    return (body) =>
      encodeServerHello({ ...decodeServerHello(body)!, ...withExtension(decodeServerHello(body)!, ExtensionType.USE_SRTP, data) });
  }
  function withData(type: number, data: Uint8Array): (body: Uint8Array) => Uint8Array {
    return (body) => encodeServerHello({ ...decodeServerHello(body)!, ...withExtension(decodeServerHello(body)!, type, data) });
  }
});

describe("the server's public key", () => {
  const sent = (group: number, publicKey: Uint8Array) => ({
    serverKeyExchange: (body: Uint8Array, peer: ScriptedPeer): Uint8Array => {
      const signature = peer.sign(concat(peer.targetRandom, peer.random, encodeParameters({ group, publicKey })));
      return encodeServerKeyExchange({ ...decodeServerKeyExchange(body)!, group, publicKey, signature });
    },
  });
  const notOnCurve = concat(Uint8Array.of(4), new Uint8Array(64).fill(7));
  const smallOrder = Buffer.from("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800", "hex");

  test.each<[string, number, Uint8Array]>([
    ["X25519, all zero", 29, new Uint8Array(32)],
    ["X25519, one of small order", 29, smallOrder],
    ["X25519, too short", 29, new Uint8Array(31).fill(9)],
    ["P-256, not on the curve", 23, notOnCurve],
    ["P-256, the point at infinity", 23, Uint8Array.of(0)],
    ["P-256, compressed", 23, concat(Uint8Array.of(2), new Uint8Array(32).fill(1))],
    ["P-256, as long as X25519", 23, new Uint8Array(32).fill(9)],
  ])("%s, is refused", (_, group, publicKey) => {
    expectRefused({ change: sent(group, publicKey) }, "protocol-violation", "illegal_parameter");
  });

  test("of a group that was not offered is refused", () => {
    expectRefused({ change: sent(24, new Uint8Array(97).fill(4)) }, "protocol-violation", "illegal_parameter");
    expectRefused({ options: { groups: ["secp256r1"] } }, "protocol-violation", "illegal_parameter");
  });
});

describe("the server's CertificateRequest", () => {
  test("that is missing is refused: both sides authenticate", () => {
    const first = ["serverHello", "certificate", "serverKeyExchange", "serverHelloDone"] as const;
    expectRefused({ first }, "protocol-violation", "unexpected_message");
  });

  test.each([
    ["without ECDSA", concat(vector8(Uint8Array.of(1)), vector16(u16(0x0403)), vector16())],
    ["without SHA-256", concat(vector8(Uint8Array.of(64)), vector16(u16(0x0203), u16(0x0503)), vector16())],
  ])("%s is refused", (_, body) => {
    expectRefused({ change: { certificateRequest: () => body } }, "nothing-in-common", "handshake_failure");
  });

  test("with names of authorities is accepted", () => {
    const body = concat(vector8(Uint8Array.of(1, 64)), vector16(u16(0x0401), u16(0x0403)), vector16(vector16(new Uint8Array(40))));
    expect(new ScriptedPeer("server", { change: { certificateRequest: () => body } }).run().side.opened).toBe(1);
  });
});

test.each(["serverHello", "certificate", "serverKeyExchange", "certificateRequest", "serverHelloDone"] as const)(
  "a %s with a byte too many is refused",
  (step) => {
    expectRefused({ change: { [step]: longer } }, "protocol-violation", "decode_error");
  },
);

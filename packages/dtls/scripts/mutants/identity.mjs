/* Who the peer is: certificates, fingerprints, keys, signatures, Finished. */
import { mutantsOf } from "./mutant.mjs";

const CORE = "connection/handshake-core";
const CLIENT = "connection/client-handshake";
const SERVER = "connection/server-handshake";
const SIGNATURE = "crypto/signature-scheme";
const FINGERPRINT = "certificate/fingerprint";
const PEER_KEY = "certificate/peer-key";
const BY_CLIENT = "connection/malicious-client";
const BY_SERVER = "connection/malicious-server";
const KEY_TEST = "certificate/peer-key";
const CERTIFICATE_TEST = "certificate/certificate";

export const IDENTITY_MUTANTS = mutantsOf("dtls", [
  [
    "the server's signature is not checked",
    CLIENT,
    "if (!isSignatureOf(assigned(this.#core.peerKey), exchange.scheme, signed, exchange.signature)) {",
    "if (false) {",
    BY_SERVER,
  ],
  [
    "the client's CertificateVerify is not checked",
    SERVER,
    "if (!isSignatureOf(assigned(this.#core.peerKey), scheme, transcript.bytes, signature)) {",
    "if (false) {",
    BY_CLIENT,
  ],
  [
    "a signature may have the scheme of another key",
    SIGNATURE,
    "scheme === undefined || scheme.key !== type",
    "scheme === undefined",
    BY_SERVER,
    BY_CLIENT,
  ],
  [
    "an unknown scheme counts as ECDSA with SHA-256",
    SIGNATURE,
    "const scheme = SCHEMES.get(schemeId);",
    "const scheme = SCHEMES.get(schemeId) ?? SCHEMES.get(ECDSA_SHA256);",
    BY_SERVER,
    BY_CLIENT,
  ],
  [
    "signatures with SHA-1 are accepted",
    SIGNATURE,
    "  [0x0503,",
    '  [0x0203, { key: "ecdsa", hash: "sha1" as "sha256", pss: false }],\n  [0x0503,',
    BY_SERVER,
    BY_CLIENT,
  ],
  ["the server signs with SHA-1 if that is all the client has", SERVER, "checkSignatures(hello.extensions);", "", BY_CLIENT],
  [
    "the client signs although the server does not accept it",
    CLIENT,
    "if (!types.includes(CertificateType.ECDSA_SIGN) || !schemes.includes(ECDSA_SHA256)) {",
    "if (false) {",
    BY_SERVER,
  ],
  [
    "Finished is not compared",
    CORE,
    "message.body.byteLength !== expected.byteLength || !timingSafeEqual(message.body, expected)",
    "message.body.byteLength !== expected.byteLength",
    BY_SERVER,
    BY_CLIENT,
  ],
  [
    "Finished may have any length",
    CORE,
    "message.body.byteLength !== expected.byteLength || !timingSafeEqual(message.body, expected)",
    "Buffer.compare(message.body, expected.subarray(0, message.body.byteLength)) !== 0",
    BY_SERVER,
    BY_CLIENT,
  ],
  [
    "the fingerprint is not compared",
    CORE,
    "if (!isExpected(certificate, this.parts.options.expected)) {",
    "if (false) {",
    BY_SERVER,
    BY_CLIENT,
  ],
  [
    "any certificate of the chain may have the fingerprint",
    CORE,
    'const [certificate] = required(decodeCertificate(message.body), "Certificate");',
    'const certificate = required(decodeCertificate(message.body), "Certificate").at(-1);',
    BY_SERVER,
  ],
  [
    "an empty Certificate is accepted",
    CORE,
    "if (certificate === undefined) {",
    "if (certificate === undefined) return;\n    if (certificate === undefined) {",
    BY_SERVER,
    BY_CLIENT,
  ],
  [
    "the weakest hash function counts",
    FINGERPRINT,
    '{ "sha-512": "sha512", "sha-384": "sha384", "sha-256": "sha256" }',
    '{ "sha-256": "sha256", "sha-384": "sha384", "sha-512": "sha512" }',
    CERTIFICATE_TEST,
  ],
  [
    "fingerprints with SHA-1 count",
    FINGERPRINT,
    '"sha-256": "sha256" }',
    '"sha-256": "sha256", "sha-1": "sha1" }',
    CERTIFICATE_TEST,
    "connection/dtls-connection",
  ],
  [
    "a beginning of the fingerprint is enough",
    FINGERPRINT,
    "return values.has(fingerprintOf(certificateDer, algorithm));",
    "return [...values].some((value) => fingerprintOf(certificateDer, algorithm).startsWith(value));",
    CERTIFICATE_TEST,
  ],
  ["RSA keys of 1,024 bits are accepted", PEER_KEY, "const MIN_RSA_BITS = 2048;", "const MIN_RSA_BITS = 1024;", BY_SERVER, BY_CLIENT],
  ["RSA keys of 16,384 bits are accepted", PEER_KEY, "const MAX_RSA_BITS = 8192;", "const MAX_RSA_BITS = 16_384;", KEY_TEST],
  ["the RSA exponent may be 1", PEER_KEY, " || bitLength(exponent) < 2", "", KEY_TEST],
  ["the RSA exponent may be long", PEER_KEY, "exponent.byteLength > MAX_EXPONENT_BYTES || ", "", KEY_TEST],
  ["RSA numbers may be even", PEER_KEY, "isEven(modulus) || isEven(exponent) || ", "", KEY_TEST],
  [
    "RSA numbers may be negative",
    "certificate/der-reader",
    "if (first >= 0x80 || (first === 0 && second < 0x80)) reader.fail();",
    "",
    KEY_TEST,
  ],
  [
    "points of keys may have any form",
    PEER_KEY,
    "bytes.byteLength !== 1 + 2 * curve.bytes || bytes[0] !== UNCOMPRESSED",
    "false",
    KEY_TEST,
  ],
  [
    "keys on other curves are accepted",
    PEER_KEY,
    'if (curve === undefined) return "keys on this curve are not supported";',
    'if (curve === undefined) return { type: "ecdsa", key: createPublicKey({ key: { kty: "EC", crv: "P-521", x: "", y: "" }, format: "jwk" }) };',
    KEY_TEST,
    BY_SERVER,
  ],
  ["lengths of a certificate may have two forms", "certificate/der-reader", " || length < least", "", KEY_TEST],
  ["something may follow a certificate", "certificate/subject-key", "!outer.complete || ", "outer.failed || ", KEY_TEST],
  [
    "the key need not be one for the suite",
    CLIENT,
    "if (this.#core.peerKey?.type !== this.#core.suite?.serverKey) {",
    "if (false) {",
    BY_SERVER,
  ],
]);

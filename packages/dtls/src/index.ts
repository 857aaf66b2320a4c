/*
 * DTLS 1.2 with mutual authentication by certificate fingerprint, for WebRTC (RFC 8827), as a state machine without I/O: see README.md.
 */
export { type Certificate, type CertificateOptions, createCertificate } from "./certificate/create-certificate.ts";
export { type Fingerprint, type FingerprintAlgorithm, fingerprintOf } from "./certificate/fingerprint.ts";
export { type ConnectionState, type ConnectionStats, DtlsConnection } from "./connection/dtls-connection.ts";
export type { ConnectionEnd, EndReason } from "./connection/end.ts";
export type { ConnectionEvents, ConnectionOptions, CookieOptions } from "./connection/options.ts";
export type { CipherSuiteName } from "./crypto/cipher-suite.ts";
export type { NamedGroup } from "./crypto/key-exchange.ts";
export { RECORD_OVERHEAD_BYTES } from "./record/sealer.ts";

/* Certificates from a CA by ACME (RFC 8555): the client, the challenges, and a certificate that is kept valid. For Node. */
export { AcmeError, type AcmeErrorReason } from "./acme-error.ts";
export type { IssuedCertificate } from "./certificates/issued-certificate.ts";
export { type CertificatePair, createPlaceholderCertificate } from "./certificates/self-signed.ts";
export { ACME_TLS_PROTOCOL, ChallengeBoard, type ChallengeType } from "./challenges/challenge-board.ts";
export { type ChallengeServer, type ChallengeServerOptions, serveChallenges } from "./challenges/challenge-server.ts";
export { createAcmeAuthority } from "./keeping/acme-authority.ts";
export { CertificateStore, type PrivateFiles } from "./keeping/certificate-store.ts";
export { keepCertificate, type KeeperEvent } from "./keeping/keep-certificate.ts";
export { AcmeClient } from "./protocol/acme-client.ts";
export { createExchange } from "./protocol/exchange.ts";

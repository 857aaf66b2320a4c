import type { Certificate } from "../certificate/create-certificate.ts";
import { type ExpectedFingerprints, expectFingerprints, type Fingerprint } from "../certificate/fingerprint.ts";
import { CIPHER_SUITES, type CipherSuiteName } from "../crypto/cipher-suite.ts";
import { NAMED_GROUPS, type NamedGroup } from "../crypto/key-exchange.ts";
import { SEQUENCE_END } from "../record/record-header.ts";
import type { ConnectionEnd } from "./end.ts";
import { MAX_TIMEOUT_MS, MIN_TIMEOUT_MS } from "./flights.ts";

/** Called while a datagram or a deadline is processed. Calls back into the connection are allowed, except receive() and poll(). */
export interface ConnectionEvents {
  /** The peer is authenticated, and data can be sent. Its last handshake datagram may still have to be polled: send that first. */
  readonly onOpen?: () => void;
  /** Data of the peer, in memory of its own. Never before {@link onOpen}. */
  readonly onData?: (bytes: Uint8Array) => void;
  /** Final. Called once. */
  readonly onEnd?: (end: ConnectionEnd) => void;
}

/** Makes a server answer a first ClientHello with a cookie only (RFC 6347, 4.2.1). */
export interface CookieOptions {
  /** Known to this server only, at least 32 random bytes. */
  readonly secret: Uint8Array;
  /** Address and port of the client. */
  readonly clientAddress: Uint8Array;
}

export interface ConnectionOptions extends ConnectionEvents {
  /** A client begins the handshake (`a=setup:active`), a server waits for it (`passive`). */
  readonly role: "client" | "server";
  readonly certificate: Pick<Certificate, "certificateDer" | "privateKey">;
  /** Fingerprints that the peer announced. Its certificate must have one of those with the strongest hash function (RFC 8122, 5.1). */
  readonly remoteFingerprints: readonly Fingerprint[];
  /** Largest datagram of a handshake, bytes, without UDP and IP. @default 1200, as WebRTC stacks use: it fits into 1280 bytes of IPv6 with TURN */
  readonly maxDatagramBytes?: number;
  /**
   * How long the first answer may take before a flight is sent again, ms: 50 to 3000, twice the round trip if it is known. It doubles each time.
   * @default 100
   */
  readonly firstTimeoutMs?: number;
  /** How long the handshake may take, ms. @default 30 s */
  readonly handshakeLimitMs?: number;
  /** Number of records that may be sent, 64 to 2^48; then the connection ends. @default 2^28: what AES-GCM protects well in datagrams of up to 2 KiB */
  readonly maxRecords?: number;
  /** The preferred ones first. @default all */
  readonly cipherSuites?: readonly CipherSuiteName[];
  /**
   * Groups of the key exchange, the preferred ones first. A client should have secp256r1 among them: otherwise servers with a certificate on P-256 refuse it,
   * and some don't accept its own (RFC 8422, 5.3).
   * @default all
   */
  readonly groups?: readonly NamedGroup[];
  /** For servers that anybody can reach. WebRTC doesn't need them: ICE has checked the peer's address. @default none */
  readonly cookies?: CookieOptions;
}

/** Smallest datagram: every message but a fragmented one fits, and records of a few bytes aren't worth their headers. */
const MIN_DATAGRAM_BYTES = 128;
/**
 * DTLS 1.2 has no limit for a key, and no way to change it without a renegotiation. With this number of packets of at most 2^11 bytes, an attacker's advantage in
 * telling AES-GCM from a random permutation stays below 2^-57 (RFC 9001, B.1.1). 322 GB in packets of 1200 bytes: after that the connection ends, and its
 * user makes another one.
 */
const DEFAULT_MAX_RECORDS = 2 ** 28;
/** What a handshake may need in the worst case: {@link RESERVED_RECORDS} twice. */
const MIN_RECORDS = 64;
const DEFAULT_DATAGRAM_BYTES = 1200;
/**
 * RFC 6347, 4.2.4.1, has 1 s, and allows less where latency counts. libwebrtc uses twice the round trip that ICE has measured, at least 50 ms (`kMinHandshakeTimeout`
 * in p2p/base/dtls_transport.cc), and Firefox 50 ms. 100 ms is twice the round trip within a continent; on longer paths one or two flights of a kilobyte
 * are sent for nothing, where 1 s would be half of a film's start.
 */
const DEFAULT_FIRST_TIMEOUT_MS = 100;
/** About what browsers wait for ICE and DTLS before a connection counts as failed. */
const DEFAULT_HANDSHAKE_LIMIT_MS = 30_000;

export type ResolvedOptions = Required<Omit<ConnectionOptions, keyof ConnectionEvents | "cookies" | "remoteFingerprints">> &
  ConnectionEvents & { readonly cookies: CookieOptions | undefined; readonly expected: ExpectedFingerprints };

/** @throws {RangeError} if no fingerprint has a supported hash function, or a number is out of range */
export function resolveOptions(options: ConnectionOptions): ResolvedOptions {
  const { remoteFingerprints, cookies, ...rest } = options;
  const expected = expectFingerprints(remoteFingerprints);
  if (expected === undefined) throw new RangeError("no fingerprint with SHA-256, SHA-384 or SHA-512");
  const maxDatagramBytes = options.maxDatagramBytes ?? DEFAULT_DATAGRAM_BYTES;
  if (!(maxDatagramBytes >= MIN_DATAGRAM_BYTES)) throw new RangeError(`datagrams must have room for ${MIN_DATAGRAM_BYTES} bytes`);
  const maxRecords = options.maxRecords ?? DEFAULT_MAX_RECORDS;
  if (!(maxRecords >= MIN_RECORDS && maxRecords <= SEQUENCE_END)) throw new RangeError(`a connection needs ${MIN_RECORDS} to 2^48 records`);
  return {
    ...rest,
    expected,
    cookies,
    maxDatagramBytes,
    firstTimeoutMs: Math.min(Math.max(options.firstTimeoutMs ?? DEFAULT_FIRST_TIMEOUT_MS, MIN_TIMEOUT_MS), MAX_TIMEOUT_MS),
    handshakeLimitMs: options.handshakeLimitMs ?? DEFAULT_HANDSHAKE_LIMIT_MS,
    maxRecords,
    cipherSuites: options.cipherSuites ?? (Object.keys(CIPHER_SUITES) as CipherSuiteName[]),
    groups: options.groups ?? (Object.keys(NAMED_GROUPS) as NamedGroup[]),
  };
}

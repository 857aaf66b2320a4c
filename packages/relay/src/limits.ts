/** Whatever a stranger can fill is capped, by count and by bytes. Each figure says why it is what it is. */
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const KIB = 1024;
const MIB = 1024 * KIB;

export interface RelayLimits {
  /** Bytes of a request's body. A sealed answer with dozens of candidates is about 12 KiB, and a reader takes lines of at most 256 KiB (protocol 1.1). @default 65536 */
  readonly bodyBytes: number;
  /** How long a body may take to arrive, milliseconds. @default 10000 */
  readonly bodyMs: number;
  /** Messages kept for one session. A connection needs about 20; ICE restarts add as many. @default 512 */
  readonly sessionMessages: number;
  /** Bytes kept for one session: offer, answer and candidates take 10 to 20 KiB. @default 131072 */
  readonly sessionBytes: number;
  /** Events kept for one daemon's stream, of all its sessions. @default 16384 */
  readonly daemonMessages: number;
  /** Bytes kept for one daemon's stream. @default 16777216 */
  readonly daemonBytes: number;
  /** Bytes that the memory store keeps in all. @default 268435456 */
  readonly storeBytes: number;
  /** Sessions not yet accepted, of one client address: several viewers behind one NAT, each with its lanes. @default 32 */
  readonly pendingPerAddress: number;
  /** Sessions not yet accepted, of one share. @default 128 */
  readonly pendingPerShare: number;
  /** How long a session waits for the agent's first answer, milliseconds (protocol 3.1, point 3). @default 15000 */
  readonly pendingMs: number;
  /** Sessions of one client address, with those that ended within the linger: what one address can make the relay keep, 64 MiB at worst. @default 512 */
  readonly sessionsPerAddress: number;
  /** Sessions of one share, with those that ended within the linger: 100 viewers of 16 lanes, and some that are about to expire. @default 2048 */
  readonly sessionsPerShare: number;
  /** Sessions of the whole relay, with those that ended within the linger. @default 20000 */
  readonly sessions: number;
  /** A session with neither post nor reader for so long expires, milliseconds. @default 600000 */
  readonly sessionIdleMs: number;
  /** How long what a session said is kept after its end, for readers between two streams; its id stays taken as long. Milliseconds. @default 60000 */
  readonly lingerMs: number;
  /** Plain sessions (base protocol) of the whole relay. @default 10000 */
  readonly plainSessions: number;
  /** Readers of one plain session: two sides, each with streams that it gave up and the relay hasn't noticed. The oldest is ended. @default 8 */
  readonly plainReaders: number;
  /** Event streams of the whole relay instance, about 20 KB each. @default 20000 */
  readonly streams: number;
  /** Event streams of one client address. @default 1024 */
  readonly streamsPerAddress: number;
  /** How often one side of a session (or one daemon) may open its stream in 10 s. Two clients that hold one token end each other's stream; this bounds how fast. @default 60 */
  readonly streamOpens: number;
  /** Shares of one daemon. @default 256 */
  readonly sharesPerDaemon: number;
  /** Shares of the whole relay. @default 100000 */
  readonly shares: number;
  /** Daemons (a key and an epoch each) of one client address. @default 64 */
  readonly daemonsPerAddress: number;
  /** Daemons of the whole relay. @default 10000 */
  readonly daemons: number;
  /** Registrations of one client address in a minute: every share of a few daemons, at once, after the relay restarted. @default 1024 */
  readonly registrationsPerAddress: number;
  /** Looks at shares and openings of sessions, good or bad, of one client address in a minute; as many probes beside them. @default 600 */
  readonly joinsPerAddress: number;
  /** A daemon that has no stream counts as online for so long after its last, milliseconds: a reader waits 1 s after a failure. @default 10000 */
  readonly daemonGraceMs: number;
  /** A daemon without a stream for so long is forgotten with its token and its events, and registers again, milliseconds. @default 600000 */
  readonly daemonIdleMs: number;
  /** A share whose daemon had a stream is kept so long after it, so that the page can say "offline" and not "not found", milliseconds. @default 86400000 */
  readonly shareIdleMs: number;
  /** How long each response of an event stream lasts, milliseconds (protocol 1.1). @default 25000 */
  readonly streamMs: number;
  /** Between two heartbeats of an event stream, milliseconds: half the 20 s after which the least patient proxies cut. A reader that took nothing over two of them is cut. @default 10000 */
  readonly heartbeatMs: number;
}

export const DEFAULT_LIMITS: RelayLimits = {
  bodyBytes: 64 * KIB,
  bodyMs: 10 * SECOND_MS,
  sessionMessages: 512,
  sessionBytes: 128 * KIB,
  daemonMessages: 16 * KIB,
  daemonBytes: 16 * MIB,
  storeBytes: 256 * MIB,
  pendingPerAddress: 32,
  pendingPerShare: 128,
  pendingMs: 15 * SECOND_MS,
  sessionsPerAddress: 512,
  sessionsPerShare: 2048,
  sessions: 20_000,
  sessionIdleMs: 10 * MINUTE_MS,
  lingerMs: MINUTE_MS,
  plainSessions: 10_000,
  plainReaders: 8,
  streams: 20_000,
  streamsPerAddress: 1024,
  streamOpens: 60,
  sharesPerDaemon: 256,
  shares: 100_000,
  daemonsPerAddress: 64,
  daemons: 10_000,
  registrationsPerAddress: 1024,
  joinsPerAddress: 600,
  daemonGraceMs: 10 * SECOND_MS,
  daemonIdleMs: 10 * MINUTE_MS,
  shareIdleMs: 24 * HOUR_MS,
  streamMs: 25 * SECOND_MS,
  heartbeatMs: 10 * SECOND_MS,
};

/** The window of the caps "in a minute", milliseconds. */
export const RATE_WINDOW_MS: number = MINUTE_MS;
/** The window of {@link RelayLimits.streamOpens}, milliseconds. */
export const OPENS_WINDOW_MS: number = 10 * SECOND_MS;
/** A share whose daemon never opened its stream is kept so long, milliseconds. */
export const SHARE_UNSEEN_MS: number = 10 * MINUTE_MS;
/** `Retry-After` where nothing says when a place gets free, milliseconds. */
export const RETRY_LATER_MS: number = 5 * SECOND_MS;
/** Longest id of a plain session, characters. Base-protocol ids are up to their maker; UUIDs are usual. */
export const MAX_PLAIN_ID_LENGTH = 128;
/** Longest type of a message, characters. Types that we don't know pass: readers skip them (protocol 1.1). */
export const MAX_TYPE_LENGTH = 32;
/** Longest bearer token that is looked at, characters. */
export const MAX_TOKEN_LENGTH = 512;

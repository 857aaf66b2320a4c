/* Everything that a stranger can fill is capped, by count and by bytes. */

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const KIB = 1024;
const MIB = 1024 * KIB;

export interface RelayLimits {
  /** Bytes of a request's body. A sealed answer with dozens of candidates has about 12 KiB, and readers accept lines of at most 256 KiB (S-3). @default 65536 */
  readonly bodyBytes: number;
  /** Time limit for receiving a body, milliseconds. @default 10000 */
  readonly bodyMs: number;
  /** Messages stored for one session. A connection needs about 20, and so does each ICE restart. @default 512 */
  readonly sessionMessages: number;
  /** Bytes stored for one session: offer, answer and candidates take 10 to 20 KiB. @default 131072 */
  readonly sessionBytes: number;
  /** Events stored for one daemon's stream, of all its sessions. @default 16384 */
  readonly daemonMessages: number;
  /** Bytes stored for one daemon's stream. @default 16777216 */
  readonly daemonBytes: number;
  /** Bytes of the whole memory store. @default 268435456 */
  readonly storeBytes: number;
  /** Sessions not yet accepted, of one client address: several viewers behind one NAT, each with several sessions. @default 32 */
  readonly pendingPerAddress: number;
  /** Sessions not yet accepted, of one share. @default 128 */
  readonly pendingPerShare: number;
  /** How long a session waits for the agent's first answer, milliseconds. @default 15000 */
  readonly pendingMs: number;
  /** Sessions of one client address, including those that ended within `lingerMs`. One address can make the relay store at most 64 MiB. @default 512 */
  readonly sessionsPerAddress: number;
  /** Sessions of one share, including those that ended within `lingerMs`: 100 viewers with 16 sessions each, and some that are about to expire. @default 2048 */
  readonly sessionsPerShare: number;
  /** Sessions of the whole relay, including those that ended within `lingerMs`. @default 20000 */
  readonly sessions: number;
  /** Time without a post or a reader after which a session expires, milliseconds. @default 600000 */
  readonly sessionIdleMs: number;
  /** How long an ended session's messages are kept for readers between two streams, milliseconds. Its id can't be reused in this time. @default 60000 */
  readonly lingerMs: number;
  /** Plain sessions (base protocol) of the whole relay. @default 10000 */
  readonly plainSessions: number;
  /** Readers of one plain session: two sides, and streams that were abandoned without notice. The oldest is ended. @default 8 */
  readonly plainReaders: number;
  /** Event streams of the whole relay instance, about 20 KB each. @default 20000 */
  readonly streams: number;
  /** Event streams of one client address. @default 1024 */
  readonly streamsPerAddress: number;
  /** How often one side of a session (or one daemon) may open its stream in 10 s. Bounds how fast two clients with the same token end each other's stream. @default 60 */
  readonly streamOpens: number;
  /** Shares of one daemon. @default 256 */
  readonly sharesPerDaemon: number;
  /** Shares of the whole relay. @default 100000 */
  readonly shares: number;
  /** Daemons (a key and an epoch each) of one client address. @default 64 */
  readonly daemonsPerAddress: number;
  /** Daemons of the whole relay. @default 10000 */
  readonly daemons: number;
  /** Registrations of one client address in a minute: after a restart of the relay, all shares of a few daemons come at once. @default 1024 */
  readonly registrationsPerAddress: number;
  /** Share lookups and session openings, successful or not, of one client address in a minute. Probes have a cap of the same size. @default 600 */
  readonly joinsPerAddress: number;
  /** How long a daemon counts as online after its last stream, milliseconds: a reader waits 1 s after a failure. @default 10000 */
  readonly daemonGraceMs: number;
  /** Time without a stream after which a daemon's token and events are deleted, milliseconds; it then has to register again. @default 600000 */
  readonly daemonIdleMs: number;
  /** How long a share is kept after its daemon's last stream, milliseconds, so that the page can show "offline" instead of "not found". @default 86400000 */
  readonly shareIdleMs: number;
  /** Duration of each response of an event stream, milliseconds (S-2). @default 25000 */
  readonly streamMs: number;
  /** Interval of an event stream's heartbeats, milliseconds: half the 20 s after which some proxies disconnect. A reader that reads nothing for two of them is disconnected. @default 10000 */
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
/** How long a share is kept whose daemon never opened its stream, milliseconds. */
export const SHARE_UNSEEN_MS: number = 10 * MINUTE_MS;
/** `Retry-After` if it is unknown when a slot becomes free, milliseconds. */
export const RETRY_LATER_MS: number = 5 * SECOND_MS;
/** Longest id of a plain session, characters. The base protocol does not define a format; UUIDs are common. */
export const MAX_PLAIN_ID_LENGTH = 128;
/** Longest type of a message, characters. Unknown types are accepted: readers skip them (S-1). */
export const MAX_TYPE_LENGTH = 32;
/** Longest bearer token that is checked, characters. */
export const MAX_TOKEN_LENGTH = 512;

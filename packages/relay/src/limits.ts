/* Everything that a stranger can fill is capped, by count and by bytes. */

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** The caps and times of a relay, with their defaults. */
export const DEFAULT_LIMITS = {
  /** Bytes of a request's body: 64 KiB. A sealed answer with dozens of candidates has about 12 KiB, and readers accept lines of at most 256 KiB (S-3). */
  bodyBytes: 65_536,
  /** Time limit for receiving a body, milliseconds. */
  bodyMs: 10_000,
  /** Messages stored for one session. A connection needs about 20, and so does each ICE restart. */
  sessionMessages: 512,
  /** Bytes stored for one session: 128 KiB. Offer, answer and candidates take 10 to 20 KiB. */
  sessionBytes: 131_072,
  /** Events stored for one daemon's stream, of all its sessions. */
  daemonMessages: 16_384,
  /** Bytes stored for one daemon's stream: 16 MiB. */
  daemonBytes: 16_777_216,
  /** Bytes of the whole memory store: 256 MiB. */
  storeBytes: 268_435_456,
  /** Sessions not yet accepted, of one client address: several viewers behind one NAT, each with several sessions. */
  pendingPerAddress: 32,
  /** Sessions not yet accepted, of one share. */
  pendingPerShare: 128,
  /** How long a session waits for the agent's first answer, milliseconds. */
  pendingMs: 15_000,
  /** Sessions of one client address, including those that ended within `lingerMs`. One address can make the relay store at most 64 MiB. */
  sessionsPerAddress: 512,
  /** Sessions of one share, including those that ended within `lingerMs`: 100 viewers with 16 sessions each, and some that are about to expire. */
  sessionsPerShare: 2048,
  /** Sessions of the whole relay, including those that ended within `lingerMs`. */
  sessions: 20_000,
  /** Time without a post or a reader after which a session expires, milliseconds. */
  sessionIdleMs: 600_000,
  /** How long an ended session's messages are kept for readers between two streams, milliseconds. Its id can't be reused in this time. */
  lingerMs: 60_000,
  /** Plain sessions (base protocol) of the whole relay. */
  plainSessions: 10_000,
  /** Readers of one plain session: two sides, and streams that were abandoned without notice. The oldest is ended. */
  plainReaders: 8,
  /** Event streams of the whole relay instance, about 20 KB each. */
  streams: 20_000,
  /** Event streams of one client address. */
  streamsPerAddress: 1024,
  /** How often one side of a session (or one daemon) may open its stream in 10 s. Bounds how fast two clients with the same token end each other's stream. */
  streamOpens: 60,
  /** Shares of one daemon. */
  sharesPerDaemon: 256,
  /** Shares of the whole relay. */
  shares: 100_000,
  /** Daemons (a key and an epoch each) of one client address. */
  daemonsPerAddress: 64,
  /** Daemons of the whole relay. */
  daemons: 10_000,
  /** Registrations of one client address in a minute: after a restart of the relay, all shares of a few daemons come at once. */
  registrationsPerAddress: 1024,
  /** Share lookups and session openings, successful or not, of one client address in a minute. Probes have a cap of the same size. */
  joinsPerAddress: 600,
  /** How long a daemon counts as online after its last stream, milliseconds: a reader waits 1 s after a failure. */
  daemonGraceMs: 10_000,
  /** Time without a stream after which a daemon's token and events are deleted, milliseconds; it then has to register again. */
  daemonIdleMs: 600_000,
  /** How long a share is kept after its daemon's last stream, milliseconds, so that the page can show "offline" instead of "not found". */
  shareIdleMs: 86_400_000,
  /** Duration of each response of an event stream, milliseconds (S-2). */
  streamMs: 25_000,
  /** Interval of an event stream's heartbeats, milliseconds: half the 20 s after which some proxies disconnect. A reader that reads nothing for two of them is disconnected. */
  heartbeatMs: 10_000,
} as const;

export type RelayLimits = { readonly [Limit in keyof typeof DEFAULT_LIMITS]: number };

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

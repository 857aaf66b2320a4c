/*
 * What has arrived at the browser, told by PINGs that the agent sends in the stream: the channel is ordered, so a PONG proves that all before
 * its PING is there (protocol 1.3). bufferedAmount can't tell that: about 1 MiB waits inside SCTP unseen, and more in the network's queues.
 * From it follows how much may be under way: about 200 ms of the rate at which it arrives, so that a seek never waits much longer, however
 * much a browser asks for at once. Pure: time is told, not read.
 */
const KIB = 1024;
const MIB = 1024 * KIB;

/** Under way at most, as time at the rate of arrival, milliseconds: what a seek waits for what was sent before it. */
export const UNDER_WAY_MS = 200;
/** But always so many round trips, or a long path would idle. */
const UNDER_WAY_ROUND_TRIPS = 1.5;
/** Under way before anything is known, and always, bytes: two chunks, and their successors. */
const MIN_UNDER_WAY_BYTES: number = 64 * KIB;
/** Under way at most, bytes: the protocol's own mark (1.3). */
const MAX_UNDER_WAY_BYTES: number = 8 * MIB;
/** A PING goes out after so many bytes, or after an eighth of what may be under way: often enough to see it arrive in small steps. */
const PING_EVERY_BYTES: number = 32 * KIB;
const PINGS_UNDER_WAY = 8;
/** PINGs without an answer, at most. */
const MAX_PINGS: number = 64;
/** A browser that lets the first PING wait so long after it was sent answers none: then only bufferedAmount counts. Milliseconds. */
export const PONG_PATIENCE_MS = 2000;
/** The rate of arrival is the largest over so long, milliseconds: a lost packet's wait is no slower path. */
const RATE_HORIZON_MS = 2000;
/**
 * So often the round trip is measured anew, milliseconds: what is under way is halved until a PONG of that time is back, for a PING behind a full queue
 * measures the queue (BBR's ProbeRTT, which drains it wholly, and idles the path).
 */
const PROBE_EVERY_MS = 10_000;

interface SentPing {
  readonly id: number;
  readonly atMs: number;
  /** Bytes sent before it. */
  readonly sentBytes: number;
  /** Bytes that had arrived when it was sent, and since when that was known. */
  readonly arrivedBytes: number;
  readonly arrivedAtMs: number;
}

interface Timed {
  readonly atMs: number;
  readonly value: number;
}

export class InFlightLimiter {
  readonly #pings: SentPing[] = [];
  #rates: Timed[] = [];
  /** Smallest round trip since it was last measured anew, milliseconds. */
  #roundTripMs = 0;
  #measuredAtMs = 0;
  /** While the round trip is measured anew: the first PING that counts. */
  #probeFromId: number | undefined;
  #nextId: number;
  #sentBytes = 0;
  #arrivedBytes = 0;
  #arrivedAtMs = 0;
  #bytesSincePing = 0;
  #answered = false;
  #silent = false;

  /** @param firstId stream id of the first PING; they count up from there */
  constructor(firstId: number) {
    this.#nextId = firstId;
  }

  /** Bytes sent that have not been shown to have arrived. 0 for a browser that answers no PING. */
  get underWayBytes(): number {
    return this.#silent ? 0 : this.#sentBytes - this.#arrivedBytes;
  }

  /** Bytes that may be under way. */
  get limitBytes(): number {
    const rate = this.#rates[0]?.value ?? 0;
    const wanted = rate * Math.max(UNDER_WAY_MS, this.#roundTripMs * UNDER_WAY_ROUND_TRIPS);
    const share = this.#probeFromId === undefined ? 1 : 0.5;
    return Math.min(MAX_UNDER_WAY_BYTES, Math.max(MIN_UNDER_WAY_BYTES, wanted)) * share;
  }

  /** Whether more may be sent. */
  mayMore(nowMs: number): boolean {
    const [oldest] = this.#pings;
    if (!this.#answered && oldest !== undefined && nowMs - oldest.atMs > PONG_PATIENCE_MS) this.#silent = true;
    return this.underWayBytes < this.limitBytes;
  }

  /** So many bytes were handed to the channel. Answers the stream id of a PING to send behind them, where one is due. */
  sent(bytes: number, nowMs: number): number | undefined {
    if (this.#silent) return undefined;
    if (this.underWayBytes === 0) this.#arrivedAtMs = nowMs;
    this.#sentBytes += bytes;
    this.#bytesSincePing += bytes;
    const due = Math.min(PING_EVERY_BYTES, this.limitBytes / PINGS_UNDER_WAY);
    if (this.#bytesSincePing < due || this.#pings.length >= MAX_PINGS) return undefined;
    this.#bytesSincePing = 0;
    const id = this.#nextId++;
    this.#pings.push({ id, atMs: nowMs, sentBytes: this.#sentBytes, arrivedBytes: this.#arrivedBytes, arrivedAtMs: this.#arrivedAtMs });
    return id;
  }

  /** A PONG came. Those of other ids are somebody else's. */
  pong(id: number, nowMs: number): void {
    const index = this.#pings.findIndex((ping) => ping.id === id);
    const ping = this.#pings[index];
    if (ping === undefined) return;
    this.#pings.splice(0, index + 1);
    this.#answered = true;
    this.#silent = false;
    this.#arrivedBytes = ping.sentBytes;
    this.#arrivedAtMs = nowMs;
    const elapsedMs = nowMs - ping.arrivedAtMs;
    if (elapsedMs > 0) this.#measureRate((this.#arrivedBytes - ping.arrivedBytes) / elapsedMs, nowMs);
    this.#measureRoundTrip(ping, nowMs);
  }

  /** Keeps the largest rates of late, the very largest first. */
  #measureRate(rate: number, nowMs: number): void {
    const larger = this.#rates.filter((known) => nowMs - known.atMs < RATE_HORIZON_MS && known.value > rate);
    this.#rates = [...larger, { atMs: nowMs, value: rate }];
  }

  #measureRoundTrip(ping: SentPing, nowMs: number): void {
    const roundTripMs = nowMs - ping.atMs;
    if (this.#probeFromId !== undefined && ping.id >= this.#probeFromId) {
      this.#probeFromId = undefined;
      this.#roundTripMs = roundTripMs;
      this.#measuredAtMs = nowMs;
    } else if (this.#measuredAtMs === 0 || roundTripMs <= this.#roundTripMs) {
      this.#roundTripMs = roundTripMs;
      this.#measuredAtMs = nowMs;
    } else if (this.#probeFromId === undefined && nowMs - this.#measuredAtMs > PROBE_EVERY_MS) {
      // The next PING but those that are under way is sent once half has drained.
      this.#probeFromId = this.#nextId;
    }
  }
}

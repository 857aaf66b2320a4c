const KIB = 1024;
const MIB = 1024 * KIB;

/** Stream id of the first PING; later ones count up. It is far from the ids that browsers give their ranges, so that a log of frames can be read. */
export const FIRST_PING_STREAM_ID = 0x8000_0000;
/** Time limit of the bytes in flight at the rate of arrival, milliseconds: a seek waits this long for the bytes sent before it. */
export const IN_FLIGHT_MS = 200;
/** The limit is at least this number of round trips; otherwise a long path would idle. */
const IN_FLIGHT_ROUND_TRIPS = 1.5;
/** Smallest limit, and the limit before a rate is known, bytes: two chunks and the two after them. */
const MIN_IN_FLIGHT_BYTES: number = 64 * KIB;
/** Largest limit, bytes: the protocol's high-water mark (C-8). */
const MAX_IN_FLIGHT_BYTES: number = 8 * MIB;
/** A PING is due after this number of bytes, or after an eighth of the limit if that is less, so that arrivals are seen in small steps. */
const PING_EVERY_BYTES: number = 32 * KIB;
const PINGS_IN_FLIGHT = 8;
/** Maximum number of unanswered PINGs. */
const MAX_PINGS: number = 64;
/** A browser that doesn't answer the first PING within this time, milliseconds, answers none: only bufferedAmount limits it then. */
export const PONG_PATIENCE_MS = 2000;
/** The rate of arrival is the maximum over this time, milliseconds, so that the wait for a retransmission doesn't count as a slower path. */
const RATE_HORIZON_MS = 2000;
/**
 * Interval at which the round trip is measured again, milliseconds. A PING behind a full queue measures the queue, so the limit is halved until the PONG
 * to a PING of that phase arrives. (BBR's ProbeRTT drains the queue fully, which idles the path.)
 */
const PROBE_EVERY_MS = 10_000;

interface SentPing {
  readonly id: number;
  readonly atMs: number;
  /** Bytes sent before it. */
  readonly sentBytes: number;
  /** Bytes known to have arrived when it was sent, and since when that was known. */
  readonly arrivedBytes: number;
  readonly arrivedAtMs: number;
}

interface Timed {
  readonly atMs: number;
  readonly value: number;
}

/**
 * Limits the bytes in flight to about 200 ms of the rate at which they arrive (C-13), so that a seek never waits much longer, however much a browser
 * requests at once. The daemon sends PINGs between its data frames; the channel is ordered, so a PONG proves that everything before its PING has
 * arrived. bufferedAmount can't show that: about 1 MiB waits inside SCTP, and more in the network's queues. Pure: callers pass the time.
 */
export class InFlightLimiter {
  readonly #pings: SentPing[] = [];
  #rates: Timed[] = [];
  /** Smallest round trip of this measurement, milliseconds. */
  #roundTripMs = 0;
  #measuredAtMs = 0;
  /** While the round trip is measured again: the first PING that counts. */
  #probeFromId: number | undefined;
  #nextId = FIRST_PING_STREAM_ID;
  #sentBytes = 0;
  #arrivedBytes = 0;
  #arrivedAtMs = 0;
  #bytesSincePing = 0;
  #answered = false;
  #silent = false;

  /** Bytes sent and not yet known to have arrived. 0 for a browser that answers no PING. */
  get inFlightBytes(): number {
    return this.#silent ? 0 : this.#sentBytes - this.#arrivedBytes;
  }

  /** Maximum number of bytes in flight. */
  get limitBytes(): number {
    const rate = this.#rates[0]?.value ?? 0;
    const wanted = rate * Math.max(IN_FLIGHT_MS, this.#roundTripMs * IN_FLIGHT_ROUND_TRIPS);
    const share = this.#probeFromId === undefined ? 1 : 0.5;
    return Math.min(MAX_IN_FLIGHT_BYTES, Math.max(MIN_IN_FLIGHT_BYTES, wanted)) * share;
  }

  /** Whether more may be sent. */
  mayMore(nowMs: number): boolean {
    const [oldest] = this.#pings;
    if (!this.#answered && oldest !== undefined && nowMs - oldest.atMs > PONG_PATIENCE_MS) this.#silent = true;
    return this.inFlightBytes < this.limitBytes;
  }

  /** Counts bytes passed to the channel. @returns the stream id of the PING to send after them, if one is due */
  sent(bytes: number, nowMs: number): number | undefined {
    if (this.#silent) return undefined;
    if (this.inFlightBytes === 0) this.#arrivedAtMs = nowMs;
    this.#sentBytes += bytes;
    this.#bytesSincePing += bytes;
    const due = Math.min(PING_EVERY_BYTES, this.limitBytes / PINGS_IN_FLIGHT);
    if (this.#bytesSincePing < due || this.#pings.length >= MAX_PINGS) return undefined;
    this.#bytesSincePing = 0;
    const id = this.#nextId++;
    this.#pings.push({ id, atMs: nowMs, sentBytes: this.#sentBytes, arrivedBytes: this.#arrivedBytes, arrivedAtMs: this.#arrivedAtMs });
    return id;
  }

  /** Handles a PONG. One with an id that isn't ours is ignored. */
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

  /** Keeps the recent rates that are a maximum from their time on, largest first. */
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
      // The PINGs in flight don't count. The next one is sent when half of the bytes in flight have arrived.
      this.#probeFromId = this.#nextId;
    }
  }
}

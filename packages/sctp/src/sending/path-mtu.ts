import { readU32, writeU32 } from "../wire/big-endian.ts";

/** How often a size is tried before it counts as too large (RFC 8899, 5.1.2: MAX_PROBES). A chunk that is lost so often raises doubts, too. */
const MAX_PROBES = 3;
/** Least time that a probe waits for its answer, ms (RFC 8899, 5.1.1: PROBE_TIMER). */
const PROBE_TIMER_MS = 1_000;
/** That time, in round trips: the queue may grow meanwhile. */
const PROBE_TIMER_ROUND_TRIPS = 3;
/** After which sizes that failed are tried again, ms (RFC 8899, 5.1.1: PMTU_RAISE_TIMER). */
const RAISE_TIMER_MS = 600_000;
/** The search ends when it knows the largest size so closely, bytes: less would hardly be worth a probe. */
const STEP_BYTES = 24;
/**
 * Losses after which chunks of a size whose probes are lost, too, count as undeliverable: those of one chunk, or of any if nothing at all is delivered meanwhile.
 * Of a loss of 30 % at random, so many of one chunk happen to one in 15,000, and its probes must be lost as well.
 */
const HOPELESS_LOSSES = 8;

/** HEARTBEAT_INFO parameter of a probe: type, length, a number that can't be guessed, and the size of the packet. */
const INFO_BYTES = 12;
const INFO_TYPE = 1;

const NEVER = Number.POSITIVE_INFINITY;

export interface PathMtuOptions {
  /** Size of packets that every path carries. */
  readonly baseBytes: number;
  /** Largest size to look for. */
  readonly maxBytes: number;
  /** A random number of 32 bits. */
  readonly nonce: () => number;
  /** New packets may have so many bytes from now on. */
  readonly onChange: (packetBytes: number) => void;
}

/** A packet with a HEARTBEAT and padding. */
export interface Probe {
  readonly packetBytes: number;
  /** HEARTBEAT_INFO parameter, which the answer returns. */
  readonly info: Uint8Array;
}

/**
 * Finds the largest packets that the path carries, with probes instead of ICMP (DPLPMTUD: RFC 8899, 6.2 for SCTP). Sizes are those of SCTP packets, without
 * what carries them; all are multiples of 4. Packets grow only when a probe of the new size was answered.
 *
 * When packets of the present size are lost over and over, new ones have the base size at once. As soon as a probe of the base size shows that the path works,
 * the doubted size is tried, and the search goes on. Chunks that were cut for larger packets can't be cut again (RFC 9260, 6.9). They are sent as they are. If
 * their size fails for good, the association has to end.
 */
export class PathMtu {
  readonly #options: PathMtuOptions;
  #packetBytes: number;
  /** The smallest size that failed. */
  #tooLargeBytes = NEVER;
  /** The size that is being tried; undefined if the search is over. */
  #candidateBytes: number | undefined;
  #tries = 0;
  #nonce = 0;
  #deadlineMs = NEVER;
  /** The size that is tried once the base size was answered. */
  #doubtedBytes = 0;
  #hopeless = false;
  /** Losses since something was delivered, and what was delivered by then. */
  #lossesInARow = 0;
  #deliveredBytes = 0;

  constructor(options: PathMtuOptions) {
    this.#options = options;
    this.#packetBytes = options.baseBytes;
  }

  /** Size of new packets, at most. */
  get packetBytes(): number {
    return this.#packetBytes;
  }

  /** When {@link take} has something to do, ms. */
  get deadlineMs(): number {
    return this.#deadlineMs;
  }

  /** Chunks can't be delivered any more, because they are larger than what the path carries by now. */
  get hopeless(): boolean {
    return this.#hopeless;
  }

  /** The association is open: probes may be sent. */
  start(nowMs: number): void {
    this.#try(this.#options.maxBytes, nowMs);
  }

  /** The probe to send now, in a packet of its own. @param roundTripMs NaN: unknown */
  take(nowMs: number, roundTripMs: number): Probe | undefined {
    if (nowMs < this.#deadlineMs) return undefined;
    if (this.#candidateBytes === undefined) {
      this.#tooLargeBytes = NEVER;
      this.#try(this.#options.maxBytes, nowMs);
    } else if (this.#tries >= MAX_PROBES && this.#candidateBytes > this.#options.baseBytes) {
      this.#tooLargeBytes = this.#candidateBytes;
      this.#goOn(nowMs);
    }
    const packetBytes = this.#candidateBytes;
    if (packetBytes === undefined) return undefined;
    this.#tries += 1;
    this.#deadlineMs = nowMs + (roundTripMs > 0 ? Math.max(PROBE_TIMER_MS, PROBE_TIMER_ROUND_TRIPS * roundTripMs) : PROBE_TIMER_MS);
    const info = new Uint8Array(INFO_BYTES);
    info[1] = INFO_TYPE;
    info[3] = INFO_BYTES;
    writeU32(info, 4, this.#nonce);
    writeU32(info, 8, packetBytes);
    return { packetBytes, info };
  }

  /** A HEARTBEAT ACK arrived, perhaps that of a probe. The range is its HEARTBEAT_INFO. */
  onAnswer(packet: Uint8Array, start: number, end: number, nowMs: number): void {
    const candidate = this.#candidateBytes;
    if (candidate === undefined || end - start !== INFO_BYTES || this.#tries === 0) return;
    if (readU32(packet, start + 4) !== this.#nonce || readU32(packet, start + 8) !== candidate) return;
    if (candidate === this.#options.baseBytes) return this.#try(this.#doubtedBytes, nowMs);
    this.#set(candidate);
    this.#goOn(nowMs);
  }

  /**
   * A chunk was lost, for so many times.
   * @param packetBytes of a packet that holds only this chunk
   * @param deliveredBytes everything that was delivered so far
   */
  onLoss(packetBytes: number, times: number, deliveredBytes: number): void {
    if (packetBytes > this.#packetBytes) return this.#onLargeLoss(packetBytes, times, deliveredBytes);
    if (times >= MAX_PROBES) this.#doubt();
  }

  /** Packets take another path, which may carry less or more. */
  onPathChange(): void {
    this.#tooLargeBytes = NEVER;
    this.#lossesInARow = 0;
    if (this.#packetBytes > this.#options.baseBytes) this.#doubt();
    else this.#try(this.#options.maxBytes, Number.NEGATIVE_INFINITY);
  }

  /** New packets have the base size until the present one is tried again. */
  #doubt(): void {
    if (this.#packetBytes === this.#options.baseBytes) return;
    this.#doubtedBytes = this.#packetBytes;
    this.#set(this.#options.baseBytes);
    this.#try(this.#options.baseBytes, Number.NEGATIVE_INFINITY);
  }

  /** Of a chunk that was cut before packets shrank. */
  #onLargeLoss(packetBytes: number, times: number, deliveredBytes: number): void {
    if (deliveredBytes !== this.#deliveredBytes) this.#lossesInARow = 0;
    this.#deliveredBytes = deliveredBytes;
    this.#lossesInARow += 1;
    if (this.#fails(packetBytes) && Math.max(times, this.#lossesInARow) >= HOPELESS_LOSSES) this.#hopeless = true;
  }

  #fails(packetBytes: number): boolean {
    return packetBytes >= this.#tooLargeBytes || (this.#candidateBytes === undefined && packetBytes > this.#packetBytes);
  }

  /** Chooses the next size: the largest one, then halfway between what is known to work and what is not. */
  #goOn(nowMs: number): void {
    const { maxBytes } = this.#options;
    if (this.#packetBytes < maxBytes && this.#tooLargeBytes === NEVER) this.#try(maxBytes, nowMs);
    else if (this.#packetBytes < maxBytes && this.#tooLargeBytes - this.#packetBytes > STEP_BYTES) {
      this.#try(((this.#packetBytes + this.#tooLargeBytes) / 2) & ~3, nowMs);
    } else {
      this.#candidateBytes = undefined;
      this.#deadlineMs = this.#packetBytes < maxBytes ? nowMs + RAISE_TIMER_MS : NEVER;
    }
  }

  #try(packetBytes: number, atMs: number): void {
    this.#candidateBytes = packetBytes;
    this.#tries = 0;
    this.#nonce = this.#options.nonce();
    this.#deadlineMs = atMs;
  }

  #set(packetBytes: number): void {
    this.#packetBytes = packetBytes;
    this.#options.onChange(packetBytes);
  }
}

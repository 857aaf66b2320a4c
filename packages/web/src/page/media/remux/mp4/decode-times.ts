/*
 * Decode times for packets whose container tells only when they are shown. Packets come in decode order; with B-frames their times of presentation don't
 * ascend. The n-th packet to be decoded gets the n-th smallest time of presentation, so decode times ascend without gaps, as MediaSource requires.
 */

/** Frames that may be decoded before one that is shown earlier: the largest picture buffer of H.264 and HEVC (ITU-T H.264 A.3.1, H.265 A.4.2). */
export const MAX_REORDERED = 16;

export interface Timed {
  /** Time of presentation, in units of the track's timescale. */
  readonly time: number;
}

export interface Decodable<Packet> {
  readonly packet: Packet;
  readonly decodeTime: number;
  /** Until the next packet is decoded. */
  readonly duration: number;
}

/** Takes packets in decode order, and returns them with their decode times, {@link MAX_REORDERED} packets later. */
export class DecodeTimes<Packet extends Timed> {
  readonly #waiting: Packet[] = [];
  /** The times of the waiting packets, ascending. */
  readonly #times: number[] = [];
  readonly #depth: number;
  #lastDuration: number;

  /**
   * @param depth 0 for sound, whose packets are never reordered
   * @param fallback duration of the last packet if it is the only one
   */
  constructor(depth: number = MAX_REORDERED, fallback = 0) {
    this.#depth = depth;
    this.#lastDuration = fallback;
  }

  /** @returns the packet whose decode time is now certain, if there is one */
  add(packet: Packet): Decodable<Packet> | undefined {
    this.#waiting.push(packet);
    let at = this.#times.length;
    while (at > 0 && (this.#times[at - 1] ?? 0) > packet.time) at -= 1;
    this.#times.splice(at, 0, packet.time);
    // One more than the depth: the duration depends on the next decode time.
    return this.#waiting.length > this.#depth + 1 ? this.#take() : undefined;
  }

  /** The rest, once no packet follows. */
  *end(): Generator<Decodable<Packet>> {
    for (let next = this.#take(); next; next = this.#take()) yield next;
  }

  #take(): Decodable<Packet> | undefined {
    const packet = this.#waiting.shift();
    const decodeTime = this.#times.shift();
    if (packet === undefined || decodeTime === undefined) return undefined;
    const next = this.#times[0];
    if (next !== undefined) this.#lastDuration = next - decodeTime;
    return { packet, decodeTime, duration: this.#lastDuration };
  }
}

/*
 * Our own PINGs. A browser needs 5 to 10 s to report a connection as disconnected and 15 to 30 s to report it as failed, and some never close the
 * data channel. Silence is measured in beats, not by the clock: a laptop that slept has missed none.
 */

/** Interval of the beats, milliseconds. */
export const BEAT_MS = 1500;

/** Beats without any message, while a PING is unanswered, after which the host counts as silent: 3 s, longer than roaming between access points. */
export const SUSPECT_BEATS = 2;

/** Beats without any message after which the channel is dead: 15 s. Connections have been seen to survive an outage of 9 s. */
export const MAX_SILENT_BEATS = 10;

/** Beats without the PONG, while other messages arrive, after which the channel is dead: 60 s, because the PONG may be queued behind much data. */
export const MAX_PONG_BEATS = 40;

interface Unanswered {
  readonly sentMs: number;
  beats: number;
}

/** Decides whether the host is alive. The timer that calls {@link Heartbeat.beat} is the caller's. */
export class Heartbeat {
  readonly #sendPing: () => number;
  readonly #unanswered = new Map<number, Unanswered>();
  #heard = false;
  #silentBeats = 0;

  /** @param sendPing sends a PING and returns its id; ids increase */
  constructor(sendPing: () => number) {
    this.#sendPing = sendPing;
  }

  /** Sends a PING. @returns its id */
  ping(): number {
    const id = this.#sendPing();
    this.#unanswered.set(id, { sentMs: performance.now(), beats: 0 });
    return id;
  }

  /** A PONG arrived. @returns the round trip, milliseconds; undefined if it answers no PING */
  pong(id: number): number | undefined {
    const ping = this.#unanswered.get(id);
    if (ping === undefined) return undefined;
    // The channel is ordered, so this PONG also answers the earlier PINGs.
    for (const earlier of this.#unanswered.keys()) if (earlier <= id) this.#unanswered.delete(earlier);
    return performance.now() - ping.sentMs;
  }

  /** A message of any kind arrived. */
  heard(): void {
    this.#heard = true;
  }

  /** To be called every {@link BEAT_MS}. Sends a PING unless one is unanswered: on a reliable channel a second one proves no more. */
  beat(): "alive" | "silent" | "dead" {
    this.#silentBeats = this.#heard ? 0 : this.#silentBeats + 1;
    this.#heard = false;
    let oldest = 0;
    for (const ping of this.#unanswered.values()) {
      ping.beats += 1;
      oldest = Math.max(oldest, ping.beats);
    }
    if (this.#silentBeats >= MAX_SILENT_BEATS || oldest >= MAX_PONG_BEATS) return "dead";
    if (this.#unanswered.size === 0) this.ping();
    return this.#silentBeats >= SUSPECT_BEATS ? "silent" : "alive";
  }
}

/*
 * Our own PINGs: a browser needs 5 to 10 s to call a path disconnected and 15 to 30 s to give it up, and some never close the channel.
 * Missed beats are counted, not timed: a laptop that slept has missed none.
 */

/** Time between two beats, milliseconds. */
export const BEAT_MS = 1500;

/** So many beats without a single message, though a PING waits for its PONG, and the agent is doubted: 3 s, longer than a wireless link takes to roam. */
export const SUSPECT_BEATS = 2;

/** So many, and the channel is dead: 15 s, over an outage of 9 s that a path survives. */
export const MAX_SILENT_BEATS = 10;

/** So many beats without the PONG, though other messages come, and the channel is dead: 60 s, for it may stand behind a lot of data. */
export const MAX_PONG_BEATS = 40;

interface Unanswered {
  readonly sentMs: number;
  beats: number;
}

/** What a channel knows of its agent being alive. The timer that beats stands outside. */
export class Heartbeat {
  readonly #sendPing: () => number;
  readonly #unanswered = new Map<number, Unanswered>();
  #heard = false;
  #silentBeats = 0;

  /** @param sendPing sends a PING and gives its id; ids rise */
  constructor(sendPing: () => number) {
    this.#sendPing = sendPing;
  }

  /** Sends a PING. @returns its id */
  ping(): number {
    const id = this.#sendPing();
    this.#unanswered.set(id, { sentMs: performance.now(), beats: 0 });
    return id;
  }

  /** A PONG came. @returns the round trip, milliseconds; undefined if no PING waits for it */
  pong(id: number): number | undefined {
    const ping = this.#unanswered.get(id);
    if (ping === undefined) return undefined;
    // The channel is ordered: this one proves the earlier ones, too.
    for (const earlier of this.#unanswered.keys()) if (earlier <= id) this.#unanswered.delete(earlier);
    return performance.now() - ping.sentMs;
  }

  /** A message came, whatever it was. */
  heard(): void {
    this.#heard = true;
  }

  /** Once every {@link BEAT_MS}. Sends a PING unless one waits already: on a reliable channel a second one proves no more. */
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

/*
 * Whether the host still responds. Silence alone does not end a channel, because an outage may pass (heartbeat.ts). But a caller that can open
 * another session needs to know of it within seconds.
 */
import { Heartbeat } from "./heartbeat.ts";

/** `silent`: no message arrived for too long; `well`: messages arrive. */
export type Health = "well" | "silent";

/** Longest wait for the answer to a probe, milliseconds: a slow path's round trip with full queues. */
export const PROBE_WAIT_MS = 2000;

/** For this long after a probe only its own PONG answers it, milliseconds: other messages may have been received before the event that led to it. */
const PROBE_GRACE_MS = 500;

export class ChannelHealth {
  readonly #heartbeat: Heartbeat;
  readonly #onChange: (health: Health) => void;
  #health: Health = "well";
  #stopped = false;
  #probe: { readonly pingId: number; readonly sentMs: number; readonly timer: ReturnType<typeof setTimeout> } | undefined;

  /**
   * @param sendPing sends a PING and returns its id; ids increase
   * @param onChange called at each change; the first state is `well`
   */
  constructor(sendPing: () => number, onChange: (health: Health) => void) {
    this.#heartbeat = new Heartbeat(sendPing);
    this.#onChange = onChange;
  }

  /** Sends a PING. @returns its id */
  ping(): number {
    return this.#heartbeat.ping();
  }

  /** A PONG arrived. @returns the round trip, milliseconds; undefined if it answers no PING */
  pong(id: number): number | undefined {
    if (this.#probe !== undefined && id >= this.#probe.pingId) this.#endProbe();
    return this.#heartbeat.pong(id);
  }

  /** A message of any kind arrived. */
  heard(): void {
    this.#heartbeat.heard();
    if (this.#probe !== undefined && performance.now() - this.#probe.sentMs >= PROBE_GRACE_MS) this.#endProbe();
    this.#become("well");
  }

  /** To be called every BEAT_MS. @returns false if the channel is dead */
  beat(): boolean {
    const beat = this.#heartbeat.beat();
    if (beat === "silent") this.#become("silent");
    return beat !== "dead";
  }

  /** Checks the host after an event such as a change of network: without an answer within {@link PROBE_WAIT_MS} it is `silent`. */
  probe(): void {
    if (this.#probe !== undefined) return;
    const pingId = this.ping();
    if (this.#stopped) return; // The channel refused the PING and has ended.
    const timer = setTimeout(() => {
      this.#probe = undefined;
      this.#become("silent");
    }, PROBE_WAIT_MS);
    this.#probe = { pingId, sentMs: performance.now(), timer };
  }

  /** The transport reports that nothing arrives: `silent` at once. */
  doubt(): void {
    this.ping();
    this.#become("silent");
  }

  /** Leaves no timer behind. */
  stop(): void {
    this.#stopped = true;
    this.#endProbe();
  }

  #endProbe(): void {
    clearTimeout(this.#probe?.timer);
    this.#probe = undefined;
  }

  #become(health: Health): void {
    if (this.#health === health) return;
    this.#health = health;
    this.#onChange(health);
  }
}

/*
 * Whether a channel's agent is there. Silence is not yet an end: while nothing better is at hand a channel waits out an outage (heartbeat.ts). But who has the
 * means to open another session wants to hear of it within seconds.
 */
import { Heartbeat } from "./heartbeat.ts";

/** `silent`: nothing was heard for too long; `well`: something was heard again. */
export type Health = "well" | "silent";

/** Longest wait for the answer to a probe, milliseconds: a slow path's round trip with all that may be queued on it. */
export const PROBE_WAIT_MS = 2000;

/**
 * What is heard so soon after a probe says nothing, milliseconds: it may have come in before whatever it was that raised the doubt. Its own PONG does.
 */
const PROBE_GRACE_MS = 500;

export class ChannelHealth {
  readonly #heartbeat: Heartbeat;
  readonly #onChange: (health: Health) => void;
  #health: Health = "well";
  #stopped = false;
  #probe: { readonly pingId: number; readonly sentMs: number; readonly timer: ReturnType<typeof setTimeout> } | undefined;

  /**
   * @param sendPing sends a PING and gives its id; ids rise
   * @param onChange told of each change; it begins as `well`
   */
  constructor(sendPing: () => number, onChange: (health: Health) => void) {
    this.#heartbeat = new Heartbeat(sendPing);
    this.#onChange = onChange;
  }

  /** Sends a PING. @returns its id */
  ping(): number {
    return this.#heartbeat.ping();
  }

  /** A PONG came. @returns the round trip, milliseconds; undefined if no PING waits for it */
  pong(id: number): number | undefined {
    if (this.#probe !== undefined && id >= this.#probe.pingId) this.#endProbe();
    return this.#heartbeat.pong(id);
  }

  /** A message came, whatever it was. */
  heard(): void {
    this.#heartbeat.heard();
    if (this.#probe !== undefined && performance.now() - this.#probe.sentMs >= PROBE_GRACE_MS) this.#endProbe();
    this.#become("well");
  }

  /** Once every BEAT_MS. @returns whether the channel may live */
  beat(): boolean {
    const beat = this.#heartbeat.beat();
    if (beat === "silent") this.#become("silent");
    return beat !== "dead";
  }

  /** Something happened after which the agent may be gone: asks it, and waits only so long for an answer. */
  probe(): void {
    if (this.#probe !== undefined) return;
    const pingId = this.ping();
    if (this.#stopped) return; // The channel didn't take it, so the channel is over.
    const timer = setTimeout(() => {
      this.#probe = undefined;
      this.#become("silent");
    }, PROBE_WAIT_MS);
    this.#probe = { pingId, sentMs: performance.now(), timer };
  }

  /** The connection below says that it hears nothing: no need to wait for an answer. */
  doubt(): void {
    this.ping();
    this.#become("silent");
  }

  /** No timer is left after this. */
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

import { PACKET_BYTES, type SendingSide } from "./simulated-sender.ts";

const FIRST_IN_FLIGHT_BYTES = 3 * PACKET_BYTES;
/** What is in flight, as a share of what the path holds: a quarter of a round trip is queued. */
const IN_FLIGHT_SHARE = 1.25;
const LEAST_IN_FLIGHT_BYTES = 4 * PACKET_BYTES;

/** An agent's sender that knows its path, as ours does: it doubles what is in flight each round trip until the path is full, and sends lost packets again without slowing down. */
export class PacedSender implements SendingSide {
  readonly collapses = 0;
  readonly #path: () => { readonly rate: number; readonly roundTripMs: number };
  #limit = FIRST_IN_FLIGHT_BYTES;
  #inFlight = 0;

  /** @param path rate in bytes a second */
  constructor(path: () => { readonly rate: number; readonly roundTripMs: number }) {
    this.#path = path;
  }

  get maySend(): boolean {
    const { rate, roundTripMs } = this.#path();
    const most = Math.max(LEAST_IN_FLIGHT_BYTES, (rate * roundTripMs * IN_FLIGHT_SHARE) / 1000);
    return this.#inFlight < Math.min(this.#limit, most);
  }

  sent(_sequence: number, bytes: number): void {
    this.#inFlight += bytes;
  }

  rested(): void {
    // It keeps its limit while there is nothing to send.
  }

  acknowledged(_sequence: number, bytes: number): void {
    this.#inFlight -= bytes;
    this.#limit += bytes;
  }

  lost(_sequence: number, bytes: number): void {
    this.#inFlight -= bytes;
  }
}

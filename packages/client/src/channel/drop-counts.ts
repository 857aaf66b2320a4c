import type { WireErrorReason } from "@rangecast/wire";

/** Why a message from the agent is dropped. The session goes on (protocol 1.3). */
export type DropReason =
  | WireErrorReason
  | "not-binary"
  | "not-for-browsers"
  | "before-hello"
  | "second-hello"
  | "cancelled-stream"
  | "unknown-stream"
  | "empty-data"
  | "unasked-pong"
  | "too-many-pings";

/** Counts what was dropped, by reason: a flood costs a number, not a log. */
export class DropCounts {
  readonly #counts = new Map<DropReason, number>();

  add(reason: DropReason): void {
    this.#counts.set(reason, this.of(reason) + 1);
  }

  of(reason: DropReason): number {
    return this.#counts.get(reason) ?? 0;
  }

  get total(): number {
    let total = 0;
    for (const count of this.#counts.values()) total += count;
    return total;
  }
}

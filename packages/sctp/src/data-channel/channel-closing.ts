import type { ChannelCloseReason, ChannelCore } from "./channel-core.ts";
import type { ChannelTable } from "./channel-table.ts";
import { PayloadProtocol } from "./dcep.ts";

/**
 * Longest that the reset of a channel waits for the peer's answer to its DATA_CHANNEL_OPEN, ms. Some peers ignore the reset of a channel that they have not
 * opened yet, and it would stay half open there for good. An ACK that was lost comes again within the largest time-out of a retransmission, 10 s.
 */
export const MAX_ANSWER_WAIT_MS = 10_000;

/** What closing needs of the association. */
export interface StreamResets {
  /** @returns false if the peer can't reset streams */
  resetStreams(streamIds: readonly number[]): boolean;
  dropQueued(streamId: number, keptProtocolId?: number): void;
}

/** Closes channels by a reset of both directions (RFC 8831, 6.7). */
export class ChannelClosing {
  readonly #association: StreamResets;
  readonly #table: ChannelTable;
  readonly #onClosed: (core: ChannelCore, reason: ChannelCloseReason) => void;
  /** Channels that wait for the peer's answer before their reset. */
  readonly #unanswered = new Set<ChannelCore>();

  constructor(association: StreamResets, table: ChannelTable, onClosed: (core: ChannelCore, reason: ChannelCloseReason) => void) {
    this.#association = association;
    this.#table = table;
    this.#onClosed = onClosed;
  }

  close(core: ChannelCore, reason: ChannelCloseReason): void {
    if (core.state === "connecting") return this.#finish(core, reason); // The peer has not heard of it.
    if (core.state !== "open") return;
    core.state = "closing";
    core.reason = reason;
    if (core.answered) this.#requestReset(core);
    else this.#unanswered.add(core);
  }

  /** An ACK or a message of the channel arrived, so the peer has it. */
  onAnswer(core: ChannelCore): void {
    core.answered = true;
    if (this.#unanswered.has(core)) this.#requestReset(core);
  }

  /** The peer reset its direction: it neither sends nor reads any more. */
  onPeerReset(core: ChannelCore): void {
    if (core.state === "closed" || core.id === undefined) return;
    core.peerReset = true;
    core.reason ??= core.answered ? "peer-closed" : "refused";
    core.state = "closing";
    this.#association.dropQueued(core.id, PayloadProtocol.DCEP);
    if (core.resetRequested) this.#settle(core);
    else this.#requestReset(core);
  }

  /** This side's direction was reset, or the peer refused that. */
  onOwnReset(core: ChannelCore, accepted: boolean): void {
    if (core.state === "closed") return;
    // The peer may also have asked for it, on its own (RFC 6525, 5.2.3).
    core.reason ??= "peer-closed";
    core.state = "closing";
    core.resetRequested = true;
    core.ownReset = accepted;
    if (accepted) this.#settle(core);
    else this.#retire(core);
  }

  /** When {@link runDeadline} has something to do, ms. */
  deadlineMs(nowMs: number): number {
    let deadlineMs = Number.POSITIVE_INFINITY;
    for (const core of this.#unanswered) {
      if (Number.isNaN(core.resetAtMs)) core.resetAtMs = nowMs + MAX_ANSWER_WAIT_MS;
      deadlineMs = Math.min(deadlineMs, core.resetAtMs);
    }
    return deadlineMs;
  }

  runDeadline(nowMs: number): void {
    if (this.#unanswered.size === 0 || this.deadlineMs(nowMs) > nowMs) return;
    for (const core of this.#unanswered) if (core.resetAtMs <= nowMs) this.#requestReset(core);
  }

  /** The association has ended. */
  closeAll(): void {
    for (const core of this.#table.all()) if (core.state !== "closed") this.#finish(core, "association-ended");
  }

  #requestReset(core: ChannelCore): void {
    this.#unanswered.delete(core);
    core.resetRequested = true;
    if (core.id !== undefined && this.#association.resetStreams([core.id])) return;
    this.#retire(core);
  }

  #settle(core: ChannelCore): void {
    if (core.ownReset && core.peerReset) this.#finish(core, core.reason ?? "closed");
  }

  /** The stream can't be reset: it is never used again. */
  #retire(core: ChannelCore): void {
    core.state = "closed";
    this.#onClosed(core, core.reason ?? "closed");
  }

  #finish(core: ChannelCore, reason: ChannelCloseReason): void {
    core.state = "closed";
    this.#unanswered.delete(core);
    this.#table.delete(core);
    this.#onClosed(core, reason);
  }
}

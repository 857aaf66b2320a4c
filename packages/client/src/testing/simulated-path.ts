/*
 * A deterministic path on simulated time: a client with a window, an agent that serves its ranges in turns, a sender with a congestion window
 * ({@link SimulatedSender}, {@link PacedSender}), and a link with a rate, a delay, a drop-tail queue and losses.
 */
import { BASE_RANGES } from "@rangecast/wire";
import type { Window } from "../window/window.ts";
import { EventQueue } from "./event-queue.ts";
import { PacedSender } from "./paced-sender.ts";
import { PACKET_BYTES, type SendingSide, SimulatedSender } from "./simulated-sender.ts";

export interface SimulatedLink {
  /** Bytes a second. */
  rate: number;
  roundTripMs: number;
  queueBytes: number;
  /** Share of packets lost, 0 to 1. */
  loss: number;
}

export interface SimulatedRun {
  readonly link: SimulatedLink;
  readonly seconds: number;
  /** Changes the link while it runs; called every 10 ms of simulated time. */
  readonly change?: (nowMs: number, link: SimulatedLink) => void;
  /** Rate of the consumer, bytes a second. @default unlimited */
  readonly demand?: number;
  /** Number of ranges that the agent serves at once. @default BASE_RANGES */
  readonly slots?: number;
  /** Whether the sender takes a jump of the round trip for a loss, as usrsctp does ({@link SimulatedSender}). @default false */
  readonly nervous?: boolean;
  /** Whether the sender paces and the agent says so ({@link PacedSender}). @default false */
  readonly paced?: boolean;
  readonly seed?: number;
}

export interface SimulatedSample {
  readonly atMs: number;
  readonly windowBytes: number;
  /** How long a byte requested now would wait at the agent and in the link's queue, milliseconds. */
  readonly queuedMs: number;
  /** Bytes delivered so far. */
  readonly delivered: number;
}

export interface SimulatedResult {
  /** Every 10 ms. */
  readonly samples: readonly SimulatedSample[];
  readonly delivered: number;
  readonly droppedByQueue: number;
  readonly mostOutstanding: number;
  readonly mostRanges: number;
  /** Number of times that the sender shrank its congestion window without a loss. */
  readonly collapses: number;
}

const SAMPLE_MS = 10;
/** How far a consumer with a rate may fall behind, bytes. */
const DEMAND_BURST_BYTES = 512 * 1024;

interface Packet {
  readonly streamId: number;
  readonly sequence: number;
  readonly bytes: number;
}

/** Runs a client with this window over a path. */
export function simulatePath(window: Window, run: SimulatedRun): SimulatedResult {
  const simulation = new Simulation(window, run);
  simulation.go();
  return simulation.result();
}

class Simulation {
  readonly #window: Window;
  readonly #run: SimulatedRun;
  readonly #link: SimulatedLink;
  readonly #events = new EventQueue();
  readonly #samples: SimulatedSample[] = [];
  #random: number;
  // The client.
  readonly #missing = new Map<number, number>();
  #nextStream = 1;
  #allowance: number;
  #outstanding = 0;
  #mostOutstanding = 0;
  #mostRanges = 0;
  #delivered = 0;
  // The agent and its sender.
  readonly #queue: { readonly streamId: number; left: number }[] = [];
  readonly #again: Packet[] = [];
  readonly #sender: SendingSide;
  #sequence = 0;
  // The link and the receiver.
  readonly #arrived = new Map<number, Packet>();
  #linkFreeMs = 0;
  #expected = 0;
  #dropped = 0;

  constructor(window: Window, run: SimulatedRun) {
    this.#window = window;
    this.#run = run;
    this.#link = { ...run.link };
    this.#sender = run.paced === true ? new PacedSender(() => this.#link) : new SimulatedSender(this.#events, run.nervous ?? false);
    this.#random = run.seed ?? 1;
    this.#allowance = run.demand === undefined ? Number.POSITIVE_INFINITY : 0;
  }

  go(): void {
    this.#window.onHost({ slots: this.#slots, paced: this.#run.paced ?? false });
    this.#events.after(0, () => this.#tick());
    this.#events.after(0, () => this.#ask());
    this.#events.runUntil(this.#run.seconds * 1000);
  }

  result(): SimulatedResult {
    return {
      samples: this.#samples,
      delivered: this.#delivered,
      droppedByQueue: this.#dropped,
      mostOutstanding: this.#mostOutstanding,
      mostRanges: this.#mostRanges,
      collapses: this.#sender.collapses,
    };
  }

  get #slots(): number {
    return this.#run.slots ?? BASE_RANGES;
  }

  #tick(): void {
    const { change, demand } = this.#run;
    const { nowMs } = this.#events;
    change?.(nowMs, this.#link);
    if (demand !== undefined) {
      this.#allowance = Math.min(DEMAND_BURST_BYTES, this.#allowance + (demand * SAMPLE_MS) / 1000);
      this.#ask();
    }
    const atAgent = this.#queue.reduce((sum, range) => sum + range.left, 0);
    const queuedMs = Math.max(0, this.#linkFreeMs - nowMs) + (atAgent / this.#link.rate) * 1000;
    this.#samples.push({ atMs: nowMs, windowBytes: this.#window.outstandingBytes, queuedMs, delivered: this.#delivered });
    this.#events.after(SAMPLE_MS, () => this.#tick());
  }

  #ask(): void {
    while (this.#missing.size < Math.min(this.#slots, this.#window.ranges) && this.#allowance >= 1) {
      const length = Math.floor(Math.min(this.#window.pieceBytes, this.#window.outstandingBytes, this.#allowance));
      if (this.#outstanding > 0 && this.#outstanding + length > this.#window.outstandingBytes) return;
      const streamId = this.#nextStream++;
      this.#allowance -= length;
      this.#outstanding += length;
      this.#missing.set(streamId, length);
      this.#mostOutstanding = Math.max(this.#mostOutstanding, this.#outstanding);
      this.#mostRanges = Math.max(this.#mostRanges, this.#missing.size);
      this.#window.onSent(streamId, length, this.#events.nowMs);
      this.#events.after(this.#link.roundTripMs / 2, () => {
        this.#queue.push({ streamId, left: length });
        this.#send();
      });
    }
  }

  #nextPacket(): Packet | undefined {
    const lost = this.#again.shift();
    if (lost !== undefined) return lost;
    const range = this.#queue.shift();
    if (range === undefined) return undefined;
    const bytes = Math.min(PACKET_BYTES, range.left);
    range.left -= bytes;
    if (range.left > 0) this.#queue.push(range);
    return { streamId: range.streamId, sequence: this.#sequence++, bytes };
  }

  #send(): void {
    const { rate, roundTripMs, queueBytes, loss } = this.#link;
    while (this.#sender.maySend) {
      const packet = this.#nextPacket();
      if (packet === undefined) break;
      this.#sender.sent(packet.sequence, packet.bytes);
      const waitMs = Math.max(0, this.#linkFreeMs - this.#events.nowMs);
      const full = (waitMs * rate) / 1000 + PACKET_BYTES > queueBytes;
      if (full) this.#dropped++;
      if (full || this.#chance() < loss) {
        this.#events.after(waitMs + roundTripMs, () => this.#onLoss(packet));
        continue;
      }
      const throughMs = waitMs + (packet.bytes / rate) * 1000;
      this.#linkFreeMs = this.#events.nowMs + throughMs;
      this.#events.after(throughMs + roundTripMs / 2, () => this.#onArrival(packet));
      this.#events.after(throughMs + roundTripMs, () => this.#onAcknowledged(packet));
    }
    this.#sender.rested();
  }

  #onAcknowledged({ sequence, bytes }: Packet): void {
    this.#sender.acknowledged(sequence, bytes);
    this.#send();
  }

  #onLoss(packet: Packet): void {
    this.#again.push(packet);
    this.#sender.lost(packet.sequence, packet.bytes, this.#sequence);
    this.#send();
  }

  /** The channel is ordered: a packet that arrives early waits. */
  #onArrival(packet: Packet): void {
    this.#arrived.set(packet.sequence, packet);
    for (let next = this.#arrived.get(this.#expected); next !== undefined; next = this.#arrived.get(this.#expected)) {
      this.#arrived.delete(this.#expected++);
      this.#deliver(next);
    }
    this.#ask();
  }

  #deliver({ streamId, bytes }: Packet): void {
    const missing = this.#missing.get(streamId) ?? 0;
    this.#missing.set(streamId, missing - bytes);
    this.#outstanding -= bytes;
    this.#delivered += bytes;
    this.#window.onDelivered(streamId, bytes, this.#events.nowMs);
    if (missing > bytes) return;
    this.#missing.delete(streamId);
    this.#window.onEnded(streamId, 0, this.#events.nowMs);
  }

  /** Park and Miller's generator: 0 to 1. */
  #chance(): number {
    this.#random = (this.#random * 48_271) % 2_147_483_647;
    return this.#random / 2_147_483_647;
  }
}

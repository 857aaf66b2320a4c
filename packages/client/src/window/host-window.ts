import { AdaptiveWindow } from "./adaptive-window.ts";
import { PacedWindow } from "./paced-window.ts";
import type { HostFacts, Window } from "./window.ts";

/** The window that fits the host: its HELLO says how it sends. */
export class HostWindow implements Window {
  #window: Window = new AdaptiveWindow();

  get outstandingBytes(): number {
    return this.#window.outstandingBytes;
  }

  get pieceBytes(): number {
    return this.#window.pieceBytes;
  }

  get ranges(): number {
    return this.#window.ranges;
  }

  get largeChunks(): boolean {
    return this.#window.largeChunks;
  }

  onHost(facts: HostFacts): void {
    if (facts.paced) this.#window = new PacedWindow();
    this.#window.onHost(facts);
  }

  onSent(streamId: number, bytes: number, nowMs: number): void {
    this.#window.onSent(streamId, bytes, nowMs);
  }

  onDelivered(streamId: number, bytes: number, nowMs: number): void {
    this.#window.onDelivered(streamId, bytes, nowMs);
  }

  onEnded(streamId: number, missingBytes: number, nowMs: number): void {
    this.#window.onEnded(streamId, missingBytes, nowMs);
  }

  onRtt(rttMs: number, nowMs: number): void {
    this.#window.onRtt(rttMs, nowMs);
  }
}

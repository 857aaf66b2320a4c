/* The downloads that this page serves. The browser lists them too, but only the page knows their rate and why they end. */
import type { DownloadEvent } from "../../shared/messages/download-event.ts";

export interface Download {
  readonly id: number;
  readonly phase: "running" | "done" | "cancelled" | "failed";
  /** Bytes that the browser has taken. */
  readonly taken: number;
  /** Bytes. Undefined if the size is provisional. */
  readonly total: number | undefined;
  readonly bytesPerSecond: number;
}

/** Number of downloads that are shown. Older ones are dropped once they have ended. */
const SHOWN = 3;

export function nextDownloads(downloads: readonly Download[], event: DownloadEvent): readonly Download[] {
  if (event.type === "download-started") {
    const { id, total } = event;
    const ended = downloads.filter(({ phase }) => phase !== "running");
    const dropped = new Set(ended.slice(0, Math.max(0, downloads.length + 1 - SHOWN)));
    return [...downloads.filter((each) => !dropped.has(each)), { id, phase: "running", taken: 0, total, bytesPerSecond: 0 }];
  }
  return downloads.map((each) => {
    if (each.id !== event.id || each.phase !== "running") return each;
    if (event.type === "download-ended")
      return { ...each, phase: event.phase, ...(event.phase === "done" ? { taken: each.total ?? each.taken } : {}) };
    return { ...each, taken: event.taken, bytesPerSecond: event.bytesPerSecond };
  });
}

export function anyRunning(downloads: readonly Download[]): boolean {
  return downloads.some(({ phase }) => phase === "running");
}

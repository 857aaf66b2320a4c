import { RateMeter } from "@rangecast/base";
import type { DownloadEvent } from "../../shared/download-event.ts";
import type { DownloadNews } from "./responses.ts";

/** Shortest time between two words on a download's progress, milliseconds: figures that change faster can't be read. */
const PROGRESS_INTERVAL_MS = 250;
/** How far back a download's rate looks, milliseconds. */
const RATE_SPAN_MS = 4_000;

/** Makes news of downloads, which come with every message, into events for the page. */
export function trackDownloads(dispatch: (event: DownloadEvent) => void): (id: number, news: DownloadNews) => void {
  const running = new Map<number, { readonly meter: RateMeter; saidAtMs: number; taken: number }>();
  return (id, news) => {
    if (news.kind === "started") {
      const meter = new RateMeter(RATE_SPAN_MS);
      meter.sample(0, performance.now());
      running.set(id, { meter, saidAtMs: -Infinity, taken: 0 });
      return dispatch({ type: "download-started", id, total: news.total });
    }
    const download = running.get(id);
    const now = performance.now();
    const progress = (taken: number): void => {
      const bytesPerSecond = download?.meter.sample(taken, now) ?? 0;
      dispatch({ type: "download-progress", id, taken, bytesPerSecond });
    };
    if (news.kind === "ended") {
      // The last figure is the true one; where nobody knew the size, the only one.
      if (download) progress(download.taken);
      running.delete(id);
      return dispatch({ type: "download-ended", id, phase: news.end.kind === "dead" ? "failed" : news.end.kind });
    }
    if (!download) return;
    download.taken = news.taken;
    if (now - download.saidAtMs < PROGRESS_INTERVAL_MS) return;
    download.saidAtMs = now;
    progress(news.taken);
  };
}

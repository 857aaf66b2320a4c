import { RateMeter } from "@rangecast/base";
import type { DownloadEvent } from "../../shared/messages/download-event.ts";
import type { DownloadReport } from "./responses.ts";

/** Shortest time between two progress events of a download, milliseconds: nobody can read figures that change faster. */
const PROGRESS_INTERVAL_MS = 250;
/** A download's rate is measured over this time, milliseconds. */
const RATE_SPAN_MS = 4_000;

/** Turns reports of downloads, of which there is one for every message, into events for the page. */
export function trackDownloads(dispatch: (event: DownloadEvent) => void): (id: number, report: DownloadReport) => void {
  const running = new Map<number, { readonly meter: RateMeter; reportedAtMs: number; taken: number }>();
  return (id, report) => {
    if (report.kind === "started") {
      const meter = new RateMeter(RATE_SPAN_MS);
      meter.sample(0, performance.now());
      running.set(id, { meter, reportedAtMs: -Infinity, taken: 0 });
      return dispatch({ type: "download-started", id, total: report.total });
    }
    const download = running.get(id);
    const now = performance.now();
    const progress = (taken: number): void => {
      const bytesPerSecond = download?.meter.sample(taken, now) ?? 0;
      dispatch({ type: "download-progress", id, taken, bytesPerSecond });
    };
    if (report.kind === "ended") {
      // The total that was taken: for a file of unknown size there was no other.
      if (download) progress(download.taken);
      running.delete(id);
      return dispatch({ type: "download-ended", id, phase: report.end.kind === "dead" ? "failed" : report.end.kind });
    }
    if (!download) return;
    download.taken = report.taken;
    if (now - download.reportedAtMs < PROGRESS_INTERVAL_MS) return;
    download.reportedAtMs = now;
    progress(report.taken);
  };
}

/** Translates the daemon's events into the events of `rangecast share`: viewers get short numbers, and repeated progress is dropped. */
import type { DaemonEvent } from "@rangecast/daemon";
import type { SignalError } from "@rangecast/signal";
import { describeFetchFailure } from "../doctor/fetch-failure.ts";
import { percentOf } from "../format.ts";
import type { ReadyEvent, ShareEvent, ViewerFailedEvent, ViewerPath } from "./report/share-event.ts";
import { noConnectionText } from "../output/no-connection.ts";

interface KnownViewer {
  readonly viewer: number;
  readonly path: ViewerPath;
  /** Bytes, rate and path as last reported. */
  readonly reported: string;
}

export interface EventTranslator {
  /** Number of current viewers. */
  readonly viewers: number;
  /** The numbers of the current viewers. */
  readonly numbers: readonly number[];
  /** The daemon's id of a current viewer. */
  readonly idOf: (viewer: number) => string | undefined;
  /** Returns `undefined` if there is nothing to report. */
  readonly translate: (event: DaemonEvent) => ShareEvent | undefined;
}

export function createEventTranslator({ relay, size }: Pick<ReadyEvent, "relay" | "size">): EventTranslator {
  const known = new Map<string, KnownViewer>();
  let joined = 0;
  const progress = ({
    viewer,
    bytes,
    bytesPerSecond,
    reading: file,
  }: Extract<DaemonEvent, { type: "progress" }>): ShareEvent | undefined => {
    const row = known.get(viewer);
    const rate = Math.round(bytesPerSecond);
    const reported = `${bytes} ${rate} ${row?.path} ${file ?? ""}`;
    if (row === undefined || row.reported === reported) return undefined;
    known.set(viewer, { ...row, reported });
    const percent = percentOf(bytes, size);
    return {
      event: "progress",
      viewer: row.viewer,
      bytes,
      ...(percent === undefined ? {} : { percent }),
      rate,
      path: row.path,
      ...(file === undefined ? {} : { file }),
    };
  };
  return {
    get viewers() {
      return known.size;
    },
    get numbers() {
      return [...known.values()].map(({ viewer }) => viewer);
    },
    idOf: (viewer) => [...known].find(([, row]) => row.viewer === viewer)?.[0],
    translate: (event) => {
      switch (event.type) {
        case "relay-online":
          return { event: "relay-online", relay };
        case "relay-offline":
          return { event: "relay-offline", relay, ...(event.error === undefined ? {} : { message: offlineMessage(event.error, relay) }) };
        case "share-refused":
          return { event: "error", reason: "relay-failed", message: `The relay refuses the share: ${event.error.message}` };
        case "viewer-joined": {
          joined += 1;
          const path = event.path?.kind ?? "unknown";
          known.set(event.viewer, { viewer: joined, path, reported: `0 0 ${path} ` });
          return { event: "viewer-joined", viewer: joined, path };
        }
        case "viewer-path": {
          // The next progress event reports it.
          const row = known.get(event.viewer);
          if (row !== undefined) known.set(event.viewer, { ...row, path: event.path.kind });
          return undefined;
        }
        case "progress":
          return progress(event);
        case "download-taken": {
          const { taken, maxDownloads: max, path } = event;
          return { event: "download-taken", taken, max, ...(path === "" ? {} : { file: path }) };
        }
        case "share-ended":
          return { event: "link-ended", reason: event.reason, message: event.message };
        case "viewer-failed":
          return viewerFailed(event);
        case "viewer-left": {
          const row = known.get(event.viewer);
          if (row === undefined) return undefined;
          known.delete(event.viewer);
          return { event: "viewer-left", viewer: row.viewer, reason: event.reason, message: event.message, bytes: event.bytes };
        }
      }
    },
  };
}

function offlineMessage({ cause, message }: SignalError, relay: string): string {
  return cause instanceof Error ? describeFetchFailure(cause, relay).found : message;
}

function viewerFailed(event: Extract<DaemonEvent, { type: "viewer-failed" }>): ViewerFailedEvent {
  const { viewer: id, reason, message, diagnosis, others } = event;
  const known = { event: "viewer-failed", ...(id === undefined ? {} : { id }), reason, message, others } as const;
  if (diagnosis === undefined) return known;
  const { offered: words, reason: cause, why, advice, todo } = noConnectionText(diagnosis, "host");
  return { ...known, offered: { here: diagnosis.local, there: diagnosis.remote, words }, cause, why, advice, todo };
}

/** The daemon's events as the events of `rangecast share`: viewers get numbers that people can say, and what says nothing new is left out. */
import type { DaemonEvent } from "@rangecast/daemon";
import type { SignalError } from "@rangecast/signal";
import { describeFetchFailure } from "../doctor/fetch-failure.ts";
import { percentOf } from "../format.ts";
import type { ShareEvent, ViewerFailedEvent, ViewerPath } from "./report/share-event.ts";
import { noConnectionWords } from "../output/no-connection.ts";

export interface EventTranslatorOptions {
  readonly relay: string;
  /** Bytes of the shared file. */
  readonly size: number;
}

interface KnownViewer {
  readonly viewer: number;
  readonly path: ViewerPath;
  /** Bytes, rate and path as told last. */
  readonly told: string;
}

export interface EventTranslator {
  /** Viewers that are there now. */
  readonly viewers: number;
  /** `undefined` for what is no news. */
  readonly translate: (event: DaemonEvent) => ShareEvent | undefined;
}

export function createEventTranslator({ relay, size }: EventTranslatorOptions): EventTranslator {
  const known = new Map<string, KnownViewer>();
  let joined = 0;
  const progress = ({ viewer, bytes, bytesPerSecond }: Extract<DaemonEvent, { type: "progress" }>): ShareEvent | undefined => {
    const row = known.get(viewer);
    const rate = Math.round(bytesPerSecond);
    const told = `${bytes} ${rate} ${row?.path}`;
    if (row === undefined || row.told === told) return undefined;
    known.set(viewer, { ...row, told });
    const percent = percentOf(bytes, size);
    return { event: "progress", viewer: row.viewer, bytes, ...(percent === undefined ? {} : { percent }), rate, path: row.path };
  };
  return {
    get viewers() {
      return known.size;
    },
    translate: (event) => {
      switch (event.type) {
        case "relay-online":
          return { event: "relay-online", relay };
        case "relay-offline":
          return { event: "relay-offline", relay, ...(event.error === undefined ? {} : { message: offlineWords(event.error, relay) }) };
        case "share-refused":
          return { event: "error", reason: "relay-failed", message: `The relay refuses the share: ${event.error.message}` };
        case "viewer-joined": {
          joined += 1;
          const path = event.path?.kind ?? "unknown";
          known.set(event.viewer, { viewer: joined, path, told: `0 0 ${path}` });
          return { event: "viewer-joined", viewer: joined, path };
        }
        case "viewer-path": {
          // The next progress says so.
          const row = known.get(event.viewer);
          if (row !== undefined) known.set(event.viewer, { ...row, path: event.path.kind });
          return undefined;
        }
        case "progress":
          return progress(event);
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

function offlineWords({ cause, message }: SignalError, relay: string): string {
  return cause instanceof Error ? describeFetchFailure(cause, relay).found : message;
}

function viewerFailed(event: Extract<DaemonEvent, { type: "viewer-failed" }>): ViewerFailedEvent {
  const { viewer: id, reason, message, diagnosis, others } = event;
  const known = { event: "viewer-failed", ...(id === undefined ? {} : { id }), reason, message, others } as const;
  if (diagnosis === undefined) return known;
  const { offered: words, reason: cause, why, advice, todo } = noConnectionWords(diagnosis, "host");
  return { ...known, offered: { here: diagnosis.local, there: diagnosis.remote, words }, cause, why, advice, todo };
}

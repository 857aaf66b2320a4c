/* What the page shows of a folder that is being saved, as one value. Pure. */
import { displayName } from "@rangecast/http";
import { formatBytes, formatRate } from "../../view/format.ts";
import type { DownloadRow } from "../../view/view-model.ts";
import type { SaveEvent } from "./save-tree.ts";

export interface SaveState {
  /** Of the folder on this computer. */
  readonly target: string;
  readonly phase: "running" | "done" | "cancelled" | "disk-full" | "not-allowed" | "unreadable";
  readonly saved: number;
  readonly skipped: number;
  readonly bytes: number;
  readonly bytesPerSecond: number;
  readonly kept: Names;
  readonly failed: Names;
}

/** The first names, and how many there are. */
interface Names {
  readonly first: readonly string[];
  readonly count: number;
}

/** Number of names that are shown. */
const SHOWN_NAMES = 5;
const NO_NAMES: Names = { first: [], count: 0 };

export function startOfSaving(target: string): SaveState {
  return { target, phase: "running", saved: 0, skipped: 0, bytes: 0, bytesPerSecond: 0, kept: NO_NAMES, failed: NO_NAMES };
}

export function nextSaveState(state: SaveState, event: SaveEvent): SaveState {
  switch (event.type) {
    case "bytes":
      return { ...state, bytes: state.bytes + event.bytes };
    case "saved":
      return { ...state, saved: state.saved + 1 };
    case "skipped":
      return { ...state, skipped: state.skipped + 1 };
    case "kept":
      return { ...state, kept: withName(state.kept, event.name) };
    case "failed":
      return { ...state, failed: withName(state.failed, event.name) };
  }
}

/** Why saving ended. */
export function phaseAfter(error: unknown, cancelled: boolean): SaveState["phase"] {
  if (cancelled) return "cancelled";
  if (!(error instanceof DOMException)) return "unreadable";
  return error.name === "QuotaExceededError" ? "disk-full" : "not-allowed";
}

const ENDS: Readonly<Record<Exclude<SaveState["phase"], "running" | "done">, string>> = {
  cancelled: "Saving was stopped. Save into the same folder again to go on.",
  "disk-full": "The disk is full. Make room and save into the same folder again to go on.",
  "not-allowed": "The browser no longer allows this page to write there. Save into the same folder again to go on.",
  unreadable: "The sender's folder can't be read now. Save into the same folder again to go on.",
};

export interface ShownSave extends Pick<DownloadRow, "tone" | "label" | "detail"> {
  /** What is to be known of single files. */
  readonly notes: readonly string[];
  readonly running: boolean;
}

export function shownSave(state: SaveState): ShownSave {
  const { target, phase, saved, skipped, bytes, bytesPerSecond, kept, failed } = state;
  const running = phase === "running";
  const problems = kept.count + failed.count > 0;
  const detail = [
    `${number(saved)} saved`,
    ...(skipped > 0 ? [`${number(skipped)} already there`] : []),
    formatBytes(bytes),
    ...(running && bytesPerSecond > 0 ? [formatRate(bytesPerSecond)] : []),
  ].join(" · ");
  return {
    tone: running ? "busy" : phase !== "done" ? "bad" : problems ? "warn" : "good",
    label: running ? `Saving into “${target}”` : phase === "done" ? `Saved into “${target}”` : `Not all was saved into “${target}”`,
    detail,
    notes: [
      ...(phase === "running" || phase === "done" ? [] : [ENDS[phase]]),
      ...(kept.count > 0 ? [`Left alone, because another file with this name is there: ${list(kept)}`] : []),
      ...(failed.count > 0 ? [`Could not be saved: ${list(failed)}`] : []),
    ],
    running,
  };
}

function withName({ first, count }: Names, name: string): Names {
  return { first: count < SHOWN_NAMES ? [...first, displayName(name)] : first, count: count + 1 };
}

function list({ first, count }: Names): string {
  const more = count - first.length;
  return first.join(", ") + (more > 0 ? ` and ${number(more)} more` : "");
}

function number(value: number): string {
  return new Intl.NumberFormat("en").format(value);
}

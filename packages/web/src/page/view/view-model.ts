/* From the page's state to what it shows. Pure, so that each screen can be tested. */
import { extensionOf, UNKNOWN_TYPE } from "@rangecast/http";
import type { MissingParts } from "../media/missing-parts.ts";
import { chooseWay, missingIn } from "../media/ways/choose-way.ts";
import type { FilmName } from "../media/player/part.ts";
import type { Sound, WayKind } from "../media/ways/way.ts";
import type { WayRun } from "../media/ways/way-runner.ts";
import { ordinaryStatus, type StatusLine, type Tone } from "../messages/status.ts";
import type { Download } from "../state/downloads.ts";
import { fileUrl, isEmpty, madeUrl, type PageState, type ShownFile } from "../state/page-state.ts";
import { filmOf, soundsOf } from "../state/way-state.ts";
import { formatBytes, formatRate, formatTimeLeft } from "./format.ts";

/** The script with the texts about problems. */
export type ProblemTexts = Pick<typeof import("../messages/problems.ts"), "problemStatus" | "noticeOf" | "mediaProblem" | "wayLine">;

/** The area where the file is played or shown. */
export type Stage =
  | { readonly kind: "none" }
  /** The button to play a film. */
  | { readonly kind: "poster"; readonly enabled: boolean }
  | { readonly kind: "image" | "pdf"; readonly src: string; readonly title: string }
  | FilmStage
  | { readonly kind: "message"; readonly title: string; readonly text: string };

/** What is played in a media element. `src` is the film's URL in this browser. */
export interface FilmStage extends Omit<WayRun, "url"> {
  readonly kind: "video" | "audio";
  readonly src: string;
  readonly title: string;
  readonly film: FilmName;
  /** The sounds that the viewer can choose. */
  readonly sounds: readonly Sound[];
  /** How it is played, and why. Empty: nothing to say. */
  readonly wayLine: string;
  /** Whether the bytes come directly or through a relay. Empty: unknown. */
  readonly path: string;
}

export interface Button {
  readonly label: string;
  readonly primary: boolean;
  readonly enabled: boolean;
}

export interface DownloadRow {
  readonly id: number;
  readonly tone: Tone;
  readonly label: string;
  readonly detail: string;
  /** Part that is done, 0 to 1. Undefined: no progress bar. */
  readonly share?: number;
}

export interface ViewModel {
  readonly documentTitle: string;
  readonly screen: "home" | "share";
  readonly heading: string;
  /** Size and kind. */
  readonly facts: string;
  readonly notice: string;
  /** How a film is played, or would be. */
  readonly wayLine: string;
  readonly stage: Stage;
  readonly open?: Button;
  readonly download?: Button;
  readonly downloads: readonly DownloadRow[];
  readonly status: StatusLine;
}

const PRODUCT = "rangecast";

/** Until the texts about problems are loaded. */
const LOADING: StatusLine = { tone: "busy", title: "One moment…" };
/** Instead of them, if they can't be loaded. */
const UNEXPLAINED = {
  tone: "warn",
  title: "Something went wrong",
  text: "The details could not be loaded. Reloading may help.",
  action: "reload",
} as const;

/** @param problems `loading` and `unavailable` where their script isn't loaded */
export function viewModel(state: PageState, problems: ProblemTexts | "loading" | "unavailable"): ViewModel {
  const { connection, worker, file, folder } = state;
  const texts = typeof problems === "string" ? undefined : problems;
  const fallback = problems === "loading" ? LOADING : UNEXPLAINED;
  const status = ordinaryStatus(state) ?? texts?.problemStatus(state) ?? fallback;
  const ready = worker.phase === "ready";
  const over = ["ended", "unsupported", "bad-link"].includes(connection.phase);
  const { way, missing } = wayOf(state);
  const lines = { notice: texts?.noticeOf(state, missing) ?? "", wayLine: texts?.wayLine(state, way) ?? "" };
  const shown = { status, downloads: state.downloads.map(downloadRow), ...lines };
  if (connection.phase === "no-share") {
    return { ...shown, documentTitle: PRODUCT, screen: "home", heading: "", facts: "", stage: { kind: "none" } };
  }
  const enabled = ready && !over;
  if (!file && folder) {
    const { name, facts } = folder;
    const download = folder.download ? { download: { label: folder.download.label, primary: false, enabled } } : {};
    return { ...shown, documentTitle: `${name} – ${PRODUCT}`, screen: "share", heading: name, facts, stage: { kind: "none" }, ...download };
  }
  if (!file) {
    const heading = over || connection.phase === "waiting" ? status.title : "Opening a shared file";
    return { ...shown, documentTitle: `${heading} – ${PRODUCT}`, screen: "share", heading, facts: "", stage: { kind: "none" } };
  }
  const shownFile = { state, file, way, missing, enabled };
  const leads = leadsWithPlay(shownFile);
  const open = openButton(shownFile);
  return {
    ...shown,
    documentTitle: `${file.name} – ${PRODUCT}`,
    screen: "share",
    heading: file.name,
    facts: [...sizeText(file), kindText(file)].join(" · "),
    stage: stageOf(shownFile, texts),
    ...(open ? { open } : {}),
    download: { label: "Download", primary: !leads, enabled },
  };
}

interface Shown {
  readonly state: PageState;
  readonly file: ShownFile;
  /** How it is played, or would be. Undefined: as far as is known, it can't be played. */
  readonly way: WayKind | undefined;
  readonly missing: MissingParts;
  readonly enabled: boolean;
}

/** How the file is played, or would be, and what the browser can't decode of it then. */
function wayOf(state: PageState): Pick<Shown, "way" | "missing"> {
  const { file, media, playing, decoding } = state;
  const film = file ? filmOf(state, file) : { kind: "other" as const, playable: "no" as const, remuxable: false };
  const way = media.phase === "open" ? playing.way : chooseWay(film, playing.failed)?.way;
  return { way, missing: missingIn(film, way ?? "as-is", { way: playing.way, decoding }) };
}

/** Whether playing or showing is the main action; otherwise downloading is. */
function leadsWithPlay({ state, file, way, missing }: Shown): boolean {
  if (isEmpty(file) || missing.parts.length > 0) return false;
  return way !== undefined && !(state.media.phase === "failed" && state.media.reason === "format");
}

function stageOf({ state, file, way, missing, enabled }: Shown, texts: ProblemTexts | undefined): Stage {
  const { media, worker, playing } = state;
  if (isEmpty(file)) return { kind: "none" };
  if (media.phase === "failed" || (missing.all && media.phase === "closed")) {
    const { title, text } = texts?.mediaProblem(file, missing, media.phase === "failed" ? media.reason : undefined) ?? UNEXPLAINED;
    return { kind: "message", title, text };
  }
  if (media.phase === "open" && file.place?.picture) return { kind: "none" };
  if (media.phase === "open" && worker.phase === "ready" && file.kind !== "other") {
    const shown = { src: fileUrl(worker, file), title: file.name };
    if (file.kind === "image" || file.kind === "pdf") return { kind: file.kind, ...shown };
    const { way: now, sound } = playing;
    const film = { share: worker.share, path: file.place?.path ?? "", etag: file.place?.etag, size: file.size };
    const run = { way: now, size: file.size, madeUrl: madeUrl(worker, file, ""), ...(sound === undefined ? {} : { sound }) };
    const { connection } = state;
    const path = connection.phase === "connected" ? (connection.path?.kind ?? "") : "";
    return { kind: file.kind, ...shown, film, ...run, sounds: soundsOf(state), wayLine: texts?.wayLine(state, now) ?? "", path };
  }
  if (file.kind === "video" && way !== undefined) return { kind: "poster", enabled };
  return { kind: "none" };
}

/** The button below the stage: for files without a poster, and after a failure. */
function openButton({ state, file, way, missing, enabled }: Shown): Button | undefined {
  const { media } = state;
  if (file.kind === "other" || isEmpty(file) || media.phase === "open") return undefined;
  const verb = file.kind === "video" || file.kind === "audio" ? "Play" : "Show";
  if (media.phase === "failed") return { label: "Try again", primary: leadsWithPlay({ state, file, way, missing, enabled }), enabled };
  if (missing.all) return undefined;
  if (way === undefined) return { label: `${verb} anyway`, primary: false, enabled };
  return file.kind === "video" ? undefined : { label: verb, primary: missing.parts.length === 0, enabled };
}

function sizeText({ size, provisional }: ShownFile): string[] {
  if (provisional) return size === 0 ? [] : [`about ${formatBytes(size)}`];
  return [formatBytes(size)];
}

const KINDS = { video: "video", audio: "audio", image: "picture", pdf: "document", other: "file" } as const;

function kindText(file: ShownFile): string {
  const extension = extensionOf(file.name).toUpperCase();
  if (file.kind === "pdf") return "PDF document";
  if (file.kind === "other" && extension === "" && file.contentType === UNKNOWN_TYPE) return "file";
  return extension === "" ? KINDS[file.kind] : `${extension} ${KINDS[file.kind]}`;
}

function downloadRow({ id, phase, taken, total, bytesPerSecond }: Download): DownloadRow {
  if (phase === "done") return { id, tone: "good", label: "Downloaded", detail: formatBytes(taken) };
  if (phase === "cancelled") return { id, tone: "warn", label: "Download cancelled", detail: `after ${formatBytes(taken)}` };
  if (phase === "failed") {
    return { id, tone: "bad", label: "Download failed", detail: `after ${formatBytes(taken)}; the saved file is incomplete` };
  }
  const rate = bytesPerSecond > 0 ? [formatRate(bytesPerSecond)] : [];
  if (total === undefined) return { id, tone: "busy", label: "Downloading", detail: [formatBytes(taken), ...rate].join(" · ") };
  const left = formatTimeLeft(total - taken, bytesPerSecond);
  const detail = [`${formatBytes(taken)} of ${formatBytes(total)}`, ...rate, ...(left === undefined ? [] : [left])].join(" · ");
  return { id, tone: "busy", label: "Downloading", detail, share: total === 0 ? 1 : taken / total };
}

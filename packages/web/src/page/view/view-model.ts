/* From the page's state to what stands on it: pure, so that each screen is a test. */
import { extensionOf, type MediaKind, UNKNOWN_TYPE } from "../../shared/content-type.ts";
import { formatFileUrl } from "../../shared/file-url.ts";
import { SESSION_FILE_ID } from "../../shared/file-url.ts";
import { type MissingParts, missingParts } from "../media/missing-parts.ts";
import type { Download } from "../state/downloads.ts";
import type { PageState, ShownFile } from "../state/page-state.ts";
import { formatBytes, formatRate, formatTimeLeft } from "./format.ts";
import { missingNotice, unplayableWords } from "./missing-words.ts";
import { type StatusLine, statusOf, type Tone } from "./words.ts";

/** What stands where the film plays. */
export type Stage =
  | { readonly kind: "none" }
  /** The button to play a film. */
  | { readonly kind: "poster"; readonly enabled: boolean }
  | { readonly kind: "video" | "audio" | "image" | "pdf"; readonly src: string; readonly title: string }
  | { readonly kind: "message"; readonly title: string; readonly text: string };

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
  /** 0 to 1; undefined: no bar. */
  readonly share?: number;
}

export interface ViewModel {
  readonly documentTitle: string;
  readonly screen: "home" | "share";
  readonly heading: string;
  /** Size and kind. */
  readonly facts: string;
  readonly notice: string;
  readonly stage: Stage;
  readonly open?: Button;
  readonly download?: Button;
  readonly downloads: readonly DownloadRow[];
  readonly status: StatusLine;
}

const PRODUCT = "rangecast";

export function viewModel(state: PageState): ViewModel {
  const { connection, worker, file } = state;
  const status = statusOf(connection, worker, state.relayVerdict);
  const ready = worker.phase === "ready";
  const over = ["ended", "unsupported", "bad-link"].includes(connection.phase);
  const missing: MissingParts = missingParts({ kind: file?.kind ?? "other", tracks: state.tracks, decoding: state.decoding });
  const shown = { status, downloads: state.downloads.map(downloadRow), notice: noticeOf(state, missing) };
  if (connection.phase === "no-share") {
    return { ...shown, documentTitle: PRODUCT, screen: "home", heading: "", facts: "", stage: { kind: "none" } };
  }
  if (!file) {
    const heading = over || connection.phase === "waiting" ? status.title : "Opening a shared file";
    return { ...shown, documentTitle: `${heading} – ${PRODUCT}`, screen: "share", heading, facts: "", stage: { kind: "none" } };
  }
  const enabled = ready && !over;
  const leads = leadsWithPlay(state, file, missing);
  const open = openButton({ state, file, missing, enabled });
  return {
    ...shown,
    documentTitle: `${file.name} – ${PRODUCT}`,
    screen: "share",
    heading: file.name,
    facts: [...sizeInWords(file), kindInWords(file)].join(" · "),
    stage: stageOf({ state, file, missing, enabled }),
    ...(open ? { open } : {}),
    download: { label: "Download", primary: !leads, enabled },
  };
}

interface Shown {
  readonly state: PageState;
  readonly file: ShownFile;
  readonly missing: MissingParts;
  readonly enabled: boolean;
}

/** Whether playing or showing is what the page offers first; else it is saving. */
function leadsWithPlay(state: PageState, file: ShownFile, missing: MissingParts): boolean {
  if (isEmpty(file) || missing.parts.length > 0) return false;
  return file.playable === "likely" && !(state.media.phase === "failed" && state.media.reason === "format");
}

function stageOf({ state, file, missing, enabled }: Shown): Stage {
  const { media, worker } = state;
  // There is nothing to be played or shown.
  if (isEmpty(file)) return { kind: "none" };
  if (media.phase === "failed") return { kind: "message", ...failureInWords(media.reason, file, missing) };
  if (missing.all && media.phase === "closed") return { kind: "message", ...unplayableWords(missing.parts) };
  if (media.phase === "open" && worker.phase === "ready" && file.kind !== "other") {
    const address = { clientId: worker.clientId, fileId: SESSION_FILE_ID, version: file.version };
    return { kind: file.kind, src: formatFileUrl(address, file.name, { base: worker.base ?? "/" }), title: file.name };
  }
  if (file.kind === "video" && file.playable === "likely") return { kind: "poster", enabled };
  return { kind: "none" };
}

/** The button in the row below: for what has no poster, or failed. */
function openButton({ state, file, missing, enabled }: Shown): Button | undefined {
  const { media } = state;
  if (file.kind === "other" || isEmpty(file) || media.phase === "open") return undefined;
  const verb = file.kind === "video" || file.kind === "audio" ? "Play" : "Show";
  if (media.phase === "failed") return { label: "Try again", primary: leadsWithPlay(state, file, missing), enabled };
  if (missing.all) return undefined;
  if (file.playable === "no") return { label: `${verb} anyway`, primary: false, enabled };
  return file.kind === "video" ? undefined : { label: verb, primary: missing.parts.length === 0, enabled };
}

function failureInWords(reason: "format" | "network", file: ShownFile, missing: MissingParts): { title: string; text: string } {
  if (reason === "network")
    return { title: "It stopped", text: "The rest of the file didn't come. Try again once the connection is back." };
  if (missing.all) return unplayableWords(missing.parts);
  const plays = file.kind === "video" || file.kind === "audio";
  return {
    title: `This browser can't ${plays ? "play" : "show"} this file`,
    text: plays
      ? "It doesn't know the file's format, or one inside it. Download it and open it in a player such as VLC or mpv."
      : "It doesn't know the file's format, or the file is damaged. Download it and open it in another program.",
  };
}

function noticeOf(state: PageState, missing: MissingParts): string {
  return [fileNotice(state, missing), state.secretSent ? SECRET_SENT : ""].filter((text) => text !== "").join(" ");
}

const SECRET_SENT =
  "The key of this link was sent to the server that this page comes from, because the # in the link came as %23. " +
  "If you don't trust that server, ask the sender for a new link.";

/** A provisional size of 0 only means that the host doesn't know it. */
function isEmpty({ size, provisional }: ShownFile): boolean {
  return size === 0 && !provisional;
}

const EMPTY: Readonly<Record<MediaKind, string>> = {
  video: "so there is nothing to play",
  audio: "so there is nothing to play",
  image: "so there is nothing to show",
  pdf: "so there is nothing to show",
  other: "so a download of it is empty, too",
};

function fileNotice({ unreadable, fileChanged, file, media }: PageState, missing: MissingParts): string {
  if (unreadable) return "The sender's computer couldn't read the file. It may have been moved, or its disk unplugged.";
  if (file !== undefined && isEmpty(file)) return `This file is empty: it has 0 bytes, ${EMPTY[file.kind]}.`;
  const changed = fileChanged ? "The file changed at the sender's; this is the new version." : "";
  const undecoded = media.phase === "failed" ? "" : missingNotice(missing);
  if (changed !== "" || undecoded !== "") return [changed, undecoded].filter((text) => text !== "").join(" ");
  if (file?.playable === "no" && file.kind !== "other") return "Your browser most likely can't show this format. You can download it.";
  return "";
}

function sizeInWords({ size, provisional }: ShownFile): string[] {
  if (provisional) return size === 0 ? [] : [`about ${formatBytes(size)}`];
  return [formatBytes(size)];
}

const KINDS = { video: "video", audio: "audio", image: "picture", pdf: "document", other: "file" } as const;

function kindInWords(file: ShownFile): string {
  const extension = extensionOf(file.name).toUpperCase();
  if (file.kind === "pdf") return "PDF document";
  if (file.kind === "other" && extension === "" && file.contentType === UNKNOWN_TYPE) return "file";
  return extension === "" ? KINDS[file.kind] : `${extension} ${KINDS[file.kind]}`;
}

function downloadRow({ id, phase, taken, total, bytesPerSecond }: Download): DownloadRow {
  if (phase === "done") return { id, tone: "good", label: "Downloaded", detail: formatBytes(taken) };
  if (phase === "cancelled") return { id, tone: "warn", label: "Download cancelled", detail: `after ${formatBytes(taken)}` };
  if (phase === "failed") {
    return { id, tone: "bad", label: "Download failed", detail: `after ${formatBytes(taken)}; what was saved is incomplete` };
  }
  const rate = bytesPerSecond > 0 ? [formatRate(bytesPerSecond)] : [];
  if (total === undefined) return { id, tone: "busy", label: "Downloading", detail: [formatBytes(taken), ...rate].join(" · ") };
  const left = formatTimeLeft(total - taken, bytesPerSecond);
  const detail = [`${formatBytes(taken)} of ${formatBytes(total)}`, ...rate, ...(left === undefined ? [] : [left])].join(" · ");
  return { id, tone: "busy", label: "Downloading", detail, share: total === 0 ? 1 : taken / total };
}

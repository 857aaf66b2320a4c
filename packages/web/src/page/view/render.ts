/* Renders the view model. Everything that comes from the host is set as text. */
import type { Decoding } from "../media/track.ts";
import type { PlayerHandlers } from "../media/player/part.ts";
import type { Sound, WayKind } from "../media/ways/way.ts";
import type { StatusAction, StatusLine } from "../messages/status.ts";
import type { MediaFailure } from "../state/page-state.ts";
import { byId, create, setName, setText, showText } from "./dom.ts";
import { createDownloadsView } from "./downloads-view.ts";
import { createStageView } from "./stage-view.ts";
import type { Button, ViewModel } from "./view-model.ts";

export interface Handlers {
  /** Play or show. */
  readonly onOpen: () => void;
  readonly player: PlayerHandlers;
  readonly onMediaStarted: (way: WayKind, sounds: readonly Sound[]) => void;
  readonly onMediaFailed: (way: WayKind, reason: MediaFailure) => void;
  /** Called with what the media element decodes, when it changes. */
  readonly onDecoding: (decoding: Decoding) => void;
  readonly onDownload: () => void;
  readonly onAction: (action: StatusAction) => void;
}

/** Longer names are set in a smaller font, characters. */
const LONG_NAME = 48;

const ACTION_LABELS: Readonly<Record<StatusAction, string>> = { retry: "Try now", reload: "Reload" };

/** Binds to the elements of index.html. @returns the function that renders a model */
export function createView(handlers: Handlers): (model: ViewModel) => void {
  const share = byId("share", HTMLElement);
  const home = byId("home", HTMLElement);
  const heading = byId("heading", HTMLHeadingElement);
  const facts = byId("facts", HTMLParagraphElement);
  const notice = byId("notice", HTMLParagraphElement);
  const wayLine = byId("way", HTMLParagraphElement);
  const actions = byId("actions", HTMLDivElement);
  const open = byId("open", HTMLButtonElement);
  const download = byId("download", HTMLButtonElement);
  const downloadLabel = byId("download-label", HTMLSpanElement);
  const showStage = createStageView(handlers);
  const showDownloads = createDownloadsView();
  const showStatus = createStatusView(handlers);
  open.addEventListener("click", () => handlers.onOpen());
  download.addEventListener("click", () => handlers.onDownload());

  return (model) => {
    document.title = model.documentTitle;
    share.hidden = model.screen !== "share";
    home.hidden = model.screen !== "home";
    setName(heading, model.heading);
    heading.classList.toggle("long", model.heading.length > LONG_NAME);
    showText(facts, model.facts);
    showText(wayLine, model.wayLine);
    showText(notice, model.notice);
    showStage(model.stage);
    showButton(open, open, model.open);
    showButton(download, downloadLabel, model.download);
    actions.hidden = !model.open && !model.download;
    showDownloads(model.downloads);
    showStatus(model.status, model.heading);
  };
}

function showButton(button: HTMLButtonElement, label: Element, model: Button | undefined): void {
  button.hidden = !model;
  if (!model) return;
  setText(label, model.label);
  button.disabled = !model.enabled;
  button.classList.toggle("primary", model.primary);
}

function createStatusView({ onAction }: Handlers): (status: StatusLine, heading: string) => void {
  const root = byId("status", HTMLDivElement);
  const title = byId("status-title", HTMLElement);
  const text = byId("status-text", HTMLSpanElement);
  const detail = byId("status-detail", HTMLSpanElement);
  const hints = byId("hints", HTMLUListElement);
  const retry = byId("retry", HTMLButtonElement);
  let action: StatusAction | undefined;
  let shownHints: readonly string[] | undefined;
  retry.addEventListener("click", () => action && onAction(action));

  return (status, heading) => {
    root.dataset["tone"] = status.tone;
    // Don't repeat the heading.
    setText(title, status.title === heading ? "" : status.title);
    setText(text, status.text ?? "");
    setText(detail, status.detail ?? "");
    if (shownHints !== status.hints) {
      shownHints = status.hints;
      hints.replaceChildren(...(status.hints ?? []).map((hint) => create("li", "", hint)));
      hints.hidden = !status.hints;
    }
    action = status.action;
    showText(retry, action ? ACTION_LABELS[action] : "");
  };
}

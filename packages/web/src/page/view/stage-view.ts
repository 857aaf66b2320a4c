/* The area where the file is played or shown. */
import { byId, setText } from "./dom.ts";
import { watchDecoding } from "../media/watch-decoding.ts";
import type { Handlers } from "./render.ts";
import type { Stage } from "./view-model.ts";

type Shown = Stage & { readonly kind: "video" | "audio" | "image" | "pdf" };

type StageHandlers = Pick<Handlers, "onOpen" | "onMediaFailed" | "onDecoding">;

export function createStageView(handlers: StageHandlers): (stage: Stage) => void {
  const frame = byId("stage", HTMLDivElement);
  const poster = byId("poster", HTMLButtonElement);
  const player = byId("player", HTMLDivElement);
  const message = byId("stage-message", HTMLDivElement);
  const title = byId("stage-title", HTMLHeadingElement);
  const text = byId("stage-text", HTMLParagraphElement);
  let shownSrc: string | undefined;
  poster.addEventListener("click", () => handlers.onOpen());

  return (stage) => {
    const src = "src" in stage ? stage.src : undefined;
    if (src !== shownSrc) {
      shownSrc = src;
      const hadFocus = frame.contains(document.activeElement);
      clear(player);
      if ("src" in stage) {
        const element = mediaElement(stage, handlers);
        player.append(element);
        // After Play was pressed with the keyboard, the player's own keys work at once.
        if (hadFocus) element.focus();
      }
    }
    frame.hidden = stage.kind === "none";
    frame.dataset["kind"] = stage.kind;
    player.hidden = src === undefined;
    poster.hidden = stage.kind !== "poster";
    poster.disabled = stage.kind === "poster" && !stage.enabled;
    message.hidden = stage.kind !== "message";
    if (stage.kind === "message") {
      setText(title, stage.title);
      setText(text, stage.text);
    }
  };
}

/** Stops playback, so that its range is cancelled now and not when the element is garbage-collected. */
function clear(player: HTMLElement): void {
  for (const media of player.querySelectorAll<HTMLMediaElement>("video, audio")) {
    media.removeAttribute("src");
    media.load();
  }
  player.replaceChildren();
}

function mediaElement(stage: Shown, { onMediaFailed, onDecoding }: StageHandlers): HTMLElement {
  if (stage.kind === "image") {
    const image = new Image();
    image.alt = stage.title;
    image.addEventListener("error", () => onMediaFailed("format"));
    image.src = stage.src;
    return image;
  }
  if (stage.kind === "pdf") {
    const document_ = document.createElement("iframe");
    document_.title = stage.title;
    document_.src = stage.src;
    return document_;
  }
  const media = document.createElement(stage.kind);
  media.controls = true;
  media.autoplay = true;
  media.preload = "auto";
  media.title = stage.title;
  if (media instanceof HTMLVideoElement) media.playsInline = true;
  media.addEventListener("error", () => {
    // An element whose source was removed has no error.
    if (media.error) onMediaFailed(media.error.code === MediaError.MEDIA_ERR_NETWORK ? "network" : "format");
  });
  watchDecoding(media, onDecoding);
  media.src = stage.src;
  return media;
}

/* The area where the file is played or shown. */
import { byId, setText } from "./dom.ts";
import { watchDecoding } from "../media/watch-decoding.ts";
import { loadPlayer } from "../media/player/load-player.ts";
import { createWayRunner } from "../media/ways/way-runner.ts";
import type { Handlers } from "./render.ts";
import type { FilmStage, Stage } from "./view-model.ts";

type Shown = Stage & { readonly kind: "image" | "pdf" };

type StageHandlers = Pick<Handlers, "onOpen" | "player" | "onMediaStarted" | "onMediaFailed" | "onDecoding">;

export function createStageView(handlers: StageHandlers): (stage: Stage) => void {
  const frame = byId("stage", HTMLDivElement);
  const poster = byId("poster", HTMLButtonElement);
  const player = byId("player", HTMLDivElement);
  const message = byId("stage-message", HTMLDivElement);
  const title = byId("stage-title", HTMLHeadingElement);
  const text = byId("stage-text", HTMLParagraphElement);
  let shownSrc: string | undefined;
  let film: FilmPlayer | undefined;
  poster.addEventListener("click", () => handlers.onOpen());

  return (stage) => {
    const src = "src" in stage ? stage.src : undefined;
    if (src !== shownSrc) {
      shownSrc = src;
      const hadFocus = frame.contains(document.activeElement);
      film?.stop();
      film = undefined;
      player.replaceChildren();
      if ("src" in stage) {
        const element = "way" in stage ? mediaElement(stage, handlers) : documentElement(stage, handlers);
        player.append(element);
        if ("way" in stage && element instanceof HTMLMediaElement) film = createFilmPlayer(stage, element, player, handlers);
        // After Play was pressed with the keyboard, the player's own keys work at once.
        if (hadFocus) element.focus();
      }
    }
    if ("way" in stage) film?.show(stage);
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

interface FilmPlayer {
  readonly show: (stage: FilmStage) => void;
  readonly stop: () => void;
}

function createFilmPlayer({ film }: FilmStage, media: HTMLMediaElement, frame: HTMLElement, handlers: StageHandlers): FilmPlayer {
  const { onMediaStarted, onMediaFailed } = handlers;
  const removed = new AbortController();
  const runner = createWayRunner({ media, onStarted: onMediaStarted, onFailed: onMediaFailed });
  const bar = document.createElement("div");
  const update = loadPlayer({ ...handlers.player, media, frame, bar, film, playback: () => runner.playback, signal: removed.signal });
  return {
    show: (stage) => {
      runner.play({ ...stage, url: stage.src });
      update(stage);
    },
    stop: () => {
      removed.abort();
      runner.stop();
    },
  };
}

function documentElement(stage: Shown, { onMediaFailed }: StageHandlers): HTMLElement {
  if (stage.kind === "image") {
    const image = new Image();
    image.alt = stage.title;
    image.addEventListener("error", () => onMediaFailed("as-is", "format"));
    image.src = stage.src;
    return image;
  }
  const document_ = document.createElement("iframe");
  document_.title = stage.title;
  document_.src = stage.src;
  return document_;
}

function mediaElement(stage: FilmStage, { onDecoding }: StageHandlers): HTMLMediaElement {
  const media = document.createElement(stage.kind);
  media.controls = true;
  media.autoplay = true;
  media.preload = "auto";
  media.title = stage.title;
  if (media instanceof HTMLVideoElement) media.playsInline = true;
  watchDecoding(media, onDecoding);
  return media;
}

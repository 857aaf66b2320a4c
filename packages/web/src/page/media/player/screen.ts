/* Full screen, picture in picture, and a screen that stays on. */
import { createScreenLock } from "../../screen-lock.ts";
import { create } from "../../view/dom.ts";
import type { PlayerPart } from "./part.ts";

/** Shows the box around the film in full screen, with what lies over the picture, or leaves full screen. */
export function toggleFullScreen(frame: HTMLElement): void {
  const change = document.fullscreenElement ? document.exitFullscreen() : frame.requestFullscreen();
  // The browser or the viewer may refuse it.
  change.catch(() => undefined);
}

export function togglePictureInPicture(media: HTMLMediaElement): void {
  if (!document.pictureInPictureEnabled || !(media instanceof HTMLVideoElement)) return;
  const change = document.pictureInPictureElement ? document.exitPictureInPicture() : media.requestPictureInPicture();
  change.catch(() => undefined);
}

export const screenButtons: PlayerPart = ({ bar, frame, media }) => {
  if (!(media instanceof HTMLVideoElement)) return undefined;
  if (document.pictureInPictureEnabled) bar.append(button("Picture in picture", () => togglePictureInPicture(media)));
  if (document.fullscreenEnabled) bar.append(button("Full screen", () => toggleFullScreen(frame)));
  return undefined;
};

export function button(label: string, onClick: () => void): HTMLButtonElement {
  const element = create("button", "player-button", label);
  element.type = "button";
  element.addEventListener("click", onClick);
  return element;
}

/** Browsers keep the screen on themselves for most films, but not for all. */
export const keepScreenOn: PlayerPart = ({ media, signal }) => {
  if (!(media instanceof HTMLVideoElement)) return undefined;
  const lock = createScreenLock();
  media.addEventListener("playing", () => lock(true), { signal });
  media.addEventListener("pause", () => lock(false), { signal });
  signal.addEventListener("abort", () => lock(false));
  return undefined;
};

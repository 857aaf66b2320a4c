import { type KeyAction, keyAction, nextSpeed } from "./keys.ts";
import type { PlayerContext, PlayerPart } from "./part.ts";
import { toggleFullScreen, togglePictureInPicture } from "./screen.ts";
import { SPEEDS } from "./speed-menu.ts";
import { toggleStats } from "./stats-panel.ts";

/** Elements that use keys themselves. */
const OWN_KEYS = "input, select, textarea, button, a, iframe, [contenteditable]";

/** The player's keys work wherever the focus is on the page, unless an element there uses keys itself. */
export const keyboard: PlayerPart = (context) => {
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.defaultPrevented || event.isComposing || (event.target instanceof Element && event.target.closest(OWN_KEYS))) return;
      const action = keyAction(event);
      if (!action) return;
      // The browser's own controls would do something too.
      event.preventDefault();
      perform(action, context);
    },
    { signal: context.signal, capture: true },
  );
  return undefined;
};

function perform(action: KeyAction, { media, frame, onSibling }: PlayerContext): void {
  switch (action.do) {
    case "play":
      if (media.paused) media.play().catch(() => undefined);
      else media.pause();
      return;
    case "skip":
      media.currentTime = Math.max(0, media.currentTime + action.seconds);
      return;
    case "go":
      if (Number.isFinite(media.duration)) media.currentTime = media.duration * action.part;
      return;
    case "volume":
      media.volume = Math.max(0, Math.min(media.volume + action.change, 1));
      return;
    case "mute":
      media.muted = !media.muted;
      return;
    case "speed":
      media.playbackRate = nextSpeed(SPEEDS, media.playbackRate, action.steps);
      return;
    case "full-screen":
      return toggleFullScreen(frame);
    case "picture-in-picture":
      return togglePictureInPicture(media);
    case "stats":
      return toggleStats(frame);
    case "next":
    case "previous":
      return onSibling(action.do);
  }
}

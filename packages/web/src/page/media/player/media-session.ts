/* What the system shows of the film, and its keys for media. */
import type { PlayerPart } from "./part.ts";

const SKIP_S = 10;

export const mediaSession: PlayerPart = ({ media, film, onSibling, signal }) => {
  if (!("mediaSession" in navigator)) return undefined;
  const session = navigator.mediaSession;
  const skip = (seconds: number): void => {
    media.currentTime = Math.max(0, media.currentTime + seconds);
  };
  const handlers: readonly (readonly [MediaSessionAction, MediaSessionActionHandler])[] = [
    ["play", () => void media.play().catch(() => undefined)],
    ["pause", () => media.pause()],
    ["seekbackward", ({ seekOffset }) => skip(-(seekOffset ?? SKIP_S))],
    ["seekforward", ({ seekOffset }) => skip(seekOffset ?? SKIP_S)],
    ["seekto", ({ seekTime }) => void (seekTime != null && (media.currentTime = seekTime))],
  ];
  const siblings: typeof handlers = [
    ["previoustrack", () => onSibling("previous")],
    ["nexttrack", () => onSibling("next")],
  ];
  const all = film.path === "" ? handlers : [...handlers, ...siblings];
  for (const [action, handler] of all) setHandler(session, action, handler);
  const showPosition = (): void => {
    const { duration, currentTime: position, playbackRate } = media;
    if (Number.isFinite(duration) && duration > 0)
      session.setPositionState({ duration, position: Math.min(position, duration), playbackRate });
  };
  for (const type of ["durationchange", "seeked", "ratechange", "play", "pause"]) media.addEventListener(type, showPosition, { signal });
  signal.addEventListener("abort", () => {
    for (const [action] of all) setHandler(session, action, null);
    session.metadata = null;
  });
  return ({ title }) => {
    if (session.metadata?.title !== title) session.metadata = new MediaMetadata({ title });
  };
};

/** Browsers throw for an action that they don't know. */
function setHandler(session: MediaSession, action: MediaSessionAction, handler: MediaSessionActionHandler | null): void {
  try {
    session.setActionHandler(action, handler);
  } catch {
    // There is no such key here.
  }
}

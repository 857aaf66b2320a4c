/* Goes on where the viewer stopped, and notes where that is. */
import type { PlayerPart } from "./part.ts";
import { positionKey, Positions } from "./positions.ts";

/** Interval between two notes of the position, milliseconds. */
const NOTE_INTERVAL_MS = 5_000;

export const followPosition: PlayerPart = ({ media, film, signal }) => {
  const positions = new Positions(() => localStorage);
  const key = positionKey(film);
  // The first seconds are not worth noting.
  let notedAtMs = performance.now();
  let wentOn = false;

  const note = async (): Promise<void> => {
    const { currentTime, duration } = media;
    // Before it has gone on, it is at the beginning.
    if (wentOn) positions.set(await key, currentTime, duration);
  };
  const goOn = async (): Promise<void> => {
    const seconds = positions.get(await key);
    if (!wentOn && seconds > 0 && media.currentTime < seconds && !signal.aborted) media.currentTime = seconds;
    wentOn = true;
  };
  // This script may have been loaded after the film's beginning. Another way of playing it has a beginning of its own.
  if (media.readyState >= media.HAVE_METADATA) void goOn();
  media.addEventListener("loadedmetadata", () => void goOn(), { signal });
  media.addEventListener(
    "timeupdate",
    () => {
      const now = performance.now();
      if (now - notedAtMs < NOTE_INTERVAL_MS) return;
      notedAtMs = now;
      void note();
    },
    { signal },
  );
  media.addEventListener("pause", () => void note(), { signal });
  media.addEventListener("ended", () => void note(), { signal });
  return undefined;
};

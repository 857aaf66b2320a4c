/* Follows the player of a folder's films and tracks: goes on where the viewer stopped, and reports the end. */
import { type FileVersionName, type Positions, positionKey } from "../positions.ts";

/** Interval between two notes of the position, milliseconds. */
const NOTE_INTERVAL_MS = 5_000;

/** @param player the element that holds the media element @returns what to call with the file that is shown */
export function followMedia(player: HTMLElement, positions: Positions, onEnded: () => void): (file: FileVersionName | undefined) => void {
  let shown = "";
  let key: Promise<string> | undefined;
  let notedAtMs = 0;

  const note = async (media: HTMLMediaElement, of: Promise<string>): Promise<void> => {
    const { currentTime, duration } = media;
    positions.set(await of, currentTime, duration);
  };
  const goOn = async (media: HTMLMediaElement, of: Promise<string>): Promise<void> => {
    const seconds = positions.get(await of);
    if (seconds > 0 && key === of && media.currentTime < seconds) media.currentTime = seconds;
  };
  // These events don't bubble; their capture phase passes the player's element.
  const on = (type: string, listener: (media: HTMLMediaElement, of: Promise<string>) => void): void =>
    player.addEventListener(
      type,
      ({ target }) => {
        if (target instanceof HTMLMediaElement && key) listener(target, key);
      },
      true,
    );
  on("loadedmetadata", (media, of) => void goOn(media, of));
  on("timeupdate", (media, of) => {
    const now = performance.now();
    if (now - notedAtMs < NOTE_INTERVAL_MS) return;
    notedAtMs = now;
    void note(media, of);
  });
  on("pause", (media, of) => void note(media, of));
  on("ended", (media, of) => {
    void note(media, of);
    onEnded();
  });

  return (file) => {
    const name = JSON.stringify(file ?? null);
    if (name === shown) return;
    shown = name;
    key = file && positionKey(file);
    // The first seconds are not worth noting.
    notedAtMs = performance.now();
  };
}

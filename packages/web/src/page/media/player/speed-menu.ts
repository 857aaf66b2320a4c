import { createMenu } from "./menu.ts";
import type { PlayerPart } from "./part.ts";

/** Rates of playing that can be chosen. */
export const SPEEDS: readonly number[] = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

export const speedMenu: PlayerPart = ({ bar, media, signal }) => {
  const menu = createMenu("Speed", (speed) => {
    media.playbackRate = Number(speed);
    // It is reset to the default when the element gets another source.
    media.defaultPlaybackRate = media.playbackRate;
  });
  bar.append(menu.element);
  const render = (): void =>
    menu.render(
      SPEEDS.map((speed) => ({ value: String(speed), label: `${speed} ×` })),
      String(media.playbackRate),
    );
  render();
  media.addEventListener("ratechange", render, { signal });
  return undefined;
};

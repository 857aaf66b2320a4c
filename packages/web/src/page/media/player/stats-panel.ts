/* A panel over the picture with what is measured. */
import { create } from "../../view/dom.ts";
import type { FilmStage } from "../../view/view-model.ts";
import type { PlayerContext, PlayerPart } from "./part.ts";
import { button } from "./screen.ts";
import { statsRows } from "./stats-rows.ts";

const INTERVAL_MS = 1_000;
const TOGGLE = "toggle-stats";

/** Shows or hides the panel of a film. */
export function toggleStats(frame: HTMLElement): void {
  frame.dispatchEvent(new Event(TOGGLE));
}

export const statsPanel: PlayerPart = (context) => {
  const { frame, bar, signal } = context;
  const panel = create("dl", "player-stats");
  panel.hidden = true;
  frame.append(panel);
  bar.append(button("Statistics", () => toggleStats(frame)));
  let stage: FilmStage | undefined;
  let shown: AbortController | undefined;
  frame.addEventListener(
    TOGGLE,
    () => {
      panel.hidden = !panel.hidden;
      shown?.abort();
      shown = panel.hidden ? undefined : new AbortController();
      if (shown) follow(context, panel, () => stage, AbortSignal.any([signal, shown.signal]));
    },
    { signal },
  );
  return (next) => (stage = next);
};

function follow(context: PlayerContext, panel: HTMLElement, stage: () => FilmStage | undefined, signal: AbortSignal): void {
  const { media, playback, readLink } = context;
  let before: { readonly bytes: number; readonly atMs: number } | undefined;
  const measure = async (): Promise<void> => {
    const link = await readLink(signal);
    if (signal.aborted) return;
    const atMs = performance.now();
    const bytesPerSecond = before && link ? ((link.receivedBytes - before.bytes) * 1000) / (atMs - before.atMs) : undefined;
    before = link && { bytes: link.receivedBytes, atMs };
    const { wayLine = "", path = "" } = stage() ?? {};
    const facts = playback()?.facts?.() ?? [];
    const rows = statsRows({ wayLine, path, ...pictureOf(media), aheadS: aheadOf(media), link, bytesPerSecond, facts });
    panel.replaceChildren(...rows.flatMap(([label, value]) => [create("dt", "", label), create("dd", "", value)]));
  };
  const timer = setInterval(() => void measure(), INTERVAL_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
  void measure();
}

function pictureOf(media: HTMLMediaElement): Pick<Parameters<typeof statsRows>[0], "width" | "height" | "frames"> {
  if (!(media instanceof HTMLVideoElement)) return { width: 0, height: 0, frames: undefined };
  const { totalVideoFrames: total, droppedVideoFrames: dropped } = media.getVideoPlaybackQuality();
  return { width: media.videoWidth, height: media.videoHeight, frames: { total, dropped } };
}

function aheadOf({ buffered, currentTime }: HTMLMediaElement): number {
  for (let index = 0; index < buffered.length; index++) {
    if (buffered.start(index) <= currentTime && currentTime <= buffered.end(index)) return buffered.end(index) - currentTime;
  }
  return 0;
}

/* The parts of the player. A script of its own, loaded when something plays: the media element works without it. */
import { loadStyle } from "../../view/load-style.ts";
import type { FilmStage } from "../../view/view-model.ts";
import { followPosition } from "./follow-position.ts";
import { keyboard } from "./keyboard.ts";
import { mediaSession } from "./media-session.ts";
import type { PlayerContext, PlayerPart } from "./part.ts";
import styleUrl from "./player.css?url";
import { keepScreenOn, screenButtons } from "./screen.ts";
import { soundMenu } from "./sound-menu.ts";
import { speedMenu } from "./speed-menu.ts";
import { statsPanel } from "./stats-panel.ts";

/** In the order in which their controls are in the row. */
const PARTS: readonly PlayerPart[] = [
  followPosition,
  soundMenu,
  speedMenu,
  screenButtons,
  statsPanel,
  keyboard,
  mediaSession,
  keepScreenOn,
];

let style: Promise<void> | undefined;

/** @returns what to call whenever something of the film has changed */
export function attachPlayer(context: PlayerContext): (stage: FilmStage) => void {
  const { bar, frame, signal } = context;
  style ??= loadStyle(styleUrl);
  bar.className = "player-bar";
  frame.parentElement?.after(bar);
  signal.addEventListener("abort", () => bar.remove());
  const updates = PARTS.map((attach) => attach(context)).filter((update) => update !== undefined);
  return (stage) => {
    for (const update of updates) update(stage);
  };
}

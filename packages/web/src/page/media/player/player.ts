/* The parts of the player. A script of its own, loaded when something plays: the media element works without it. */
import type { FilmStage } from "../../view/view-model.ts";
import type { PlayerContext, PlayerPart } from "./part.ts";

/** In the order in which their controls are in the row. */
const PARTS: readonly PlayerPart[] = [];

/** @returns what to call whenever something of the film has changed */
export function attachPlayer(context: PlayerContext): (stage: FilmStage) => void {
  const { bar, frame, signal } = context;
  bar.className = "player-bar";
  frame.parentElement?.after(bar);
  signal.addEventListener("abort", () => bar.remove());
  const updates = PARTS.map((attach) => attach(context)).filter((update) => update !== undefined);
  return (stage) => {
    for (const update of updates) update(stage);
  };
}

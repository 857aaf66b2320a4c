import type { FilmStage } from "../../view/view-model.ts";
import type { PlayerContext } from "./part.ts";

/** Loads the player's parts for an element. Without them, the film plays with the browser's own controls. @returns what to call with the stage */
export function loadPlayer(context: PlayerContext): (stage: FilmStage) => void {
  let update: ((stage: FilmStage) => void) | undefined;
  let latest: FilmStage | undefined;
  import("./player.ts")
    .then(({ attachPlayer }) => {
      if (context.signal.aborted) return;
      update = attachPlayer(context);
      if (latest) update(latest);
    })
    .catch(reportError);
  return (stage) => {
    latest = stage;
    update?.(stage);
  };
}

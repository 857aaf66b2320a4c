import type { Playback, Way } from "./way.ts";

const PLAYBACK: Playback = { sounds: [], selectSound: () => undefined };

/** The media element reads the file itself. */
export const asIs: Way = {
  start: (media, { url, from }) => {
    media.src = url;
    if (from > 0) media.currentTime = from;
    return Promise.resolve(PLAYBACK);
  },
};

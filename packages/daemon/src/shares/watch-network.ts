import { watchAddresses } from "@rangecast/rtc-node";
import { watchSleep } from "@rangecast/base";

/**
 * Notices all after which connections may be dead without a word: other addresses, and a sleep.
 * @returns what stops the watch
 */
export function watchNetwork(onChange: () => void): () => void {
  const stops = [watchSleep(onChange), watchAddresses(onChange)];
  return () => {
    for (const stop of stops) stop();
  };
}

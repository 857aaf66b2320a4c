import { createRandomId, type ShareLink } from "@rangecast/signal";
import { dialShare, type ShareConnectOptions } from "../session/connect.ts";
import type { ReconnectingFile } from "./reconnecting-file.ts";
import { type ReconnectingOptions, stayConnected } from "./stay-connected.ts";

export interface OpenShareOptions extends Omit<ShareConnectOptions, "onState" | "signal">, ReconnectingOptions {}

/**
 * Opens the file of a share's link for as long as it takes: it connects, and connects again whenever it must, always as the same viewer. A link that is none
 * ends it, as any other end does.
 */
export function openShare(link: string | ShareLink, options: OpenShareOptions): ReconnectingFile {
  const { onState, onVersion, signal, viewerId = createRandomId(), ...dialling } = options;
  return stayConnected({
    ...(onState === undefined ? {} : { onState }),
    ...(onVersion === undefined ? {} : { onVersion }),
    ...(signal === undefined ? {} : { signal }),
    connect: (attempt) => dialShare(link, { ...dialling, ...attempt, viewerId }),
  });
}

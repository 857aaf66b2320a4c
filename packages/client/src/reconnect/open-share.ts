import { createRandomId, ReadingMemory, type ShareLink } from "@rangecast/signal";
import { dialShare, type ShareConnectOptions } from "../session/connect.ts";
import type { ReconnectingFile } from "./reconnecting-file.ts";
import { type ReconnectingOptions, stayConnected } from "./stay-connected.ts";

export interface OpenShareOptions extends Omit<ShareConnectOptions, "onState" | "signal">, ReconnectingOptions {}

/**
 * Opens the file of a share's link, and reconnects whenever it has to. All its sessions have the same viewer id, and the same memory of the relay. An invalid link doesn't throw: the file ends
 * with `link-invalid` or `link-incomplete`.
 */
export function openShare(link: string | ShareLink, options: OpenShareOptions): ReconnectingFile {
  const { viewerId = createRandomId(), memory = new ReadingMemory(), ...rest } = options;
  return stayConnected({ ...rest, connect: (attempt) => dialShare(link, { ...rest, ...attempt, viewerId, memory }) });
}

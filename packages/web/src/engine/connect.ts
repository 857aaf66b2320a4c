import { dialPlain, openShare, type ReconnectingFile, type ReconnectingOptions, stayConnected } from "@rangecast/client";
import type { PeerConnectionFactory } from "@rangecast/rtc";
import type { Target } from "../shared/messages/target.ts";

/** What the engine uses of a ReconnectingFile. */
export type EngineFile = Pick<ReconnectingFile, "stream" | "open" | "readFolder" | "path" | "stats" | "networkChanged">;

/** Opens the file of a share or a session. It starts to connect at once, and reports through the options' callbacks. */
export type Connect = (target: Target, options: ReconnectingOptions) => EngineFile;

/** Connects with peer connections of this kind. */
export function connectOver(createPeerConnection: PeerConnectionFactory): Connect {
  return (target, options) =>
    target.kind === "share"
      ? openShare(target.link, { ...options, createPeerConnection })
      : stayConnected({ ...options, connect: (attempt) => dialPlain({ ...target, ...attempt, createPeerConnection }) });
}

import { dialPlain, openShare, stayConnected } from "@rangecast/client";
import type { PeerConnectionFactory } from "@rangecast/rtc";
import { createRandomId } from "@rangecast/signal";
import type { Target } from "../shared/target.ts";
import { openReconnecting } from "./reconnecting-remote.ts";
import type { RemoteFileLike } from "./remote.ts";

/** Opens the file of a share or a session, once. Rejects with an error that has a `reason`. */
export type Connect = (target: Target, signal: AbortSignal) => Promise<RemoteFileLike>;

/** Connects for one viewer, over as many connections as it takes. */
export function connectOver(createPeerConnection: PeerConnectionFactory): Connect {
  const viewerId = createRandomId();
  return (target, signal) =>
    openReconnecting(
      (options) =>
        target.kind === "share"
          ? openShare(target.link, { ...options, createPeerConnection, viewerId })
          : stayConnected({ ...options, connect: (attempt) => dialPlain({ ...target, ...attempt, createPeerConnection }) }),
      signal,
    );
}

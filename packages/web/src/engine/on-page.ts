import type { PeerConnectionFactory } from "@rangecast/rtc";
import type { EnginePort } from "../shared/engine-messages.ts";
import { connectOver } from "./connect.ts";
import { runEngine } from "./engine.ts";

/** The same engine on the page's own thread, for browsers whose channels can't leave it. It ends with the page. */
export function runOnPage(port: EnginePort, locks: LockManager, createPeerConnection: PeerConnectionFactory): void {
  runEngine({ port, connect: connectOver(createPeerConnection), locks });
}

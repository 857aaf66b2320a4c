import type { PeerConnectionFactory } from "@rangecast/rtc";
import type { EnginePort } from "../shared/messages/engine-messages.ts";
import { connectOver } from "./connect.ts";
import { runEngine } from "./engine.ts";

/** Runs the engine on the page's own thread, for browsers whose data channels can't be used in a worker. It ends with the page. */
export function runOnPage(port: EnginePort, locks: LockManager, createPeerConnection: PeerConnectionFactory): void {
  runEngine({ port, connect: connectOver(createPeerConnection), locks });
}

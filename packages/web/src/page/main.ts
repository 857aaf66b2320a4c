import type { PeerConnection, PeerConnectionFactory } from "@rangecast/rtc";
import engineScript from "../engine/worker-main.ts?worker&url";
import type { EngineToPage, PageToEngine } from "../shared/messages/engine-messages.ts";
import { createPortPair } from "../shared/ports/port-pair.ts";
import { pageBase } from "./address.ts";
import { startApp } from "./app.ts";
import { canTransferChannels, openEngine } from "./engine-link/open-engine.ts";
import { trustedScripts } from "./trusted-script.ts";

// The DOM's types also allow descriptions without SDP and provisional ones. createOffer and createAnswer make neither.
const createPeerConnection: PeerConnectionFactory = (config) => new RTCPeerConnection(config) as PeerConnection;
const scripts = trustedScripts(window, pageBase(location.pathname), engineScript);

startApp({
  workerScript: scripts.serviceWorker,
  createPeerConnection,
  openEngine: () =>
    openEngine({
      canTransferChannels: () => canTransferChannels(() => createPeerConnection({})),
      createWorker: () => new Worker(scripts.engine, { name: "rangecast-engine" }),
      // Loaded only if it is needed: in a worker, the engine is a script of its own.
      startOnPage: async () => {
        const [page, engine] = createPortPair<PageToEngine, EngineToPage>();
        const { runOnPage } = await import("../engine/on-page.ts");
        runOnPage(engine, navigator.locks, createPeerConnection);
        return page;
      },
      locks: navigator.locks,
    }),
});

import { connect, connectPlain } from "@rangecast/client";
import type { PeerConnection, PeerConnectionFactory } from "@rangecast/rtc";
import { createRandomId } from "@rangecast/signal";
import { startApp } from "./app.ts";

/** One page is one viewer, over as many connections as it takes. */
const viewerId = createRandomId();

// The DOM's types allow for descriptions without SDP, and provisional ones, of which createOffer and createAnswer make none.
const createPeerConnection: PeerConnectionFactory = (config) => new RTCPeerConnection(config) as PeerConnection;

startApp({
  connect: (target, signal) =>
    target.kind === "share"
      ? connect(target.link, { createPeerConnection, signal, viewerId })
      : connectPlain({ ...target, createPeerConnection, signal }),
});

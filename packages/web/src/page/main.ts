import { connect } from "@rangecast/client";
import type { PeerConnection } from "@rangecast/rtc";
import { createRandomId } from "@rangecast/signal";
import { startApp } from "./app.ts";

/** One page is one viewer, over as many connections as it takes. */
const viewerId = createRandomId();

startApp({
  connect: (link, signal) =>
    connect(link, {
      // The DOM's types allow for descriptions without SDP, and provisional ones, of which createOffer and createAnswer make none.
      createPeerConnection: (config) => new RTCPeerConnection(config) as PeerConnection,
      signal,
      viewerId,
    }),
});

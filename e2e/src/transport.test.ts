/* Whole connections of our own transport with Chromium and libdatachannel. All other stacks, gigabytes and loss are part of the long tests. */
import { connectionTests } from "./lib/connection-tests.ts";
import { PEER_KINDS } from "./lib/webrtc-peers.ts";

const MIB = 1024 * 1024;

connectionTests(
  PEER_KINDS.filter(({ name }) => /chromium|node-datachannel/iu.test(name)),
  MIB,
);

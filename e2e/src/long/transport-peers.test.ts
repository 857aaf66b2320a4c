/* Whole connections of our own transport with every other stack. */
import { connectionTests } from "../lib/connection-tests.ts";
import { PEER_KINDS } from "../lib/webrtc-peers.ts";

const MIB = 1024 * 1024;

connectionTests(PEER_KINDS, 4 * MIB);

export { createPeerConnection, type NodePeerConnectionConfig } from "./create-peer-connection.ts";
export { openConnections } from "./keep-alive.ts";
export { RtcNodeError, type RtcNodeErrorReason } from "./rtc-node-error.ts";

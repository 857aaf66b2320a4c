export { createPeerConnection } from "./create-peer-connection.ts";
export type { OnFault } from "./guarded.ts";
export { checkIceServers } from "./ice-servers.ts";
export { openConnections } from "./keep-alive.ts";
export type { NodePeerConnectionConfig } from "./node-config.ts";
export { RtcNodeError, type RtcNodeErrorReason } from "./rtc-node-error.ts";
export { watchAddresses, type WatchAddressesOptions } from "./watch-addresses.ts";

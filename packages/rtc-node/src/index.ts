export { checkTransport, createPeerConnection } from "./connection/create-peer-connection.ts";
export type { OnFault } from "./connection/guarded.ts";
export { createIceAgent } from "./ice-agent/create-ice-agent.ts";
export type { IceAgent, IceAgentOptions, IceParameters, IceRole, IceState, PathEnd, SelectedPair } from "./ice-agent/ice-agent.ts";
export { checkIceServers } from "./ice/ice-servers.ts";
export { openConnections } from "./connection/keep-alive.ts";
export type { NodePeerConnectionConfig } from "./connection/node-config.ts";
export { RtcNodeError, type RtcNodeErrorReason } from "./rtc-node-error.ts";
export { watchAddresses } from "./ice/watch-addresses.ts";

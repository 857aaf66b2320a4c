export { adaptiveWindow } from "./adaptive-window.ts";
export type { ByteRange } from "./byte-range.ts";
export { ClientError, type ClientErrorReason } from "./client-error.ts";
export type { ClientPhase, ClientState, CloseReason } from "./client-state.ts";
export type { ConnectOptions } from "./connect-options.ts";
export { connectPlain, type PlainConnectOptions } from "./connect-plain.ts";
export { connect, type ShareConnectOptions } from "./connect.ts";
export type { FileStats, ReadOptions, RemoteFile } from "./remote-file.ts";
export { fixedWindow, type FixedWindowOptions, type Window } from "./window.ts";

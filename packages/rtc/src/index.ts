export type {
  CandidateInit,
  ChannelState,
  ConnectionState,
  DataChannel,
  Handler,
  IceServer,
  PeerConnection,
  PeerConnectionConfig,
  PeerConnectionFactory,
  SessionDescription,
  StatsReport,
} from "./peer-connection.ts";
export { RtcError, type RtcErrorReason } from "./rtc-error.ts";
export { maxMessageSize, soleFingerprint } from "./sdp.ts";
export { type SelectedPath, selectedPath } from "./selected-path.ts";

export { type AddressScope, type CandidateFacts, type CandidateKind, candidateLines, readCandidateFacts } from "./candidate-facts.ts";
export { rewriteCandidate } from "./candidate-line.ts";
export {
  type CandidateSummary,
  CandidateTally,
  type IceServerSummary,
  NO_CANDIDATES,
  summarizeCandidates,
  summarizeIceServers,
} from "./candidate-summary.ts";
export { type DataChannelDescription, parseDescription, rewriteDescription, writeDescription } from "./description.ts";
export {
  explainNoConnection,
  type NoConnectionAdvice,
  type NoConnectionDiagnosis,
  type NoConnectionExplanation,
  type NoConnectionReason,
} from "./explain-no-connection.ts";
export { limitIceServers } from "./limit-ice-servers.ts";
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
export { rewriteAnswer, withAgreedSnap } from "./snap.ts";

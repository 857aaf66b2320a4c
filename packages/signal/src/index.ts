/*
 * Links, sealing, and the relay's API as a client (PROTOCOL.md, sections 2 and 5). Needs `fetch` and WebCrypto; runs in browsers and in Node.
 *
 * A viewer
 *   1. parses the link ({@link parseLink}) and looks up its share ({@link joinShare}),
 *   2. derives the session's keys ({@link deriveSessionKeys}) and seals its offer ({@link formatOffer}, {@link sealPayload}),
 *   3. opens the session with it (`JoinedShare.open`) and wraps the client that it gets ({@link sealSignalClient}),
 *   4. verifies the answer ({@link verifyAnswer}) before it passes the SDP on.
 *
 * A daemon
 *   1. keeps an {@link Identity}, and for each share a nonce and a secret ({@link createIdentity}, {@link createShareNonce}, {@link createSecret}),
 *   2. registers shares and reads new sessions ({@link connectDaemon}),
 *   3. derives each session's keys, opens its offer before allocating anything ({@link openPayload}) and wraps the session's client,
 *   4. posts its answer, signed ({@link sealAnswer}).
 *
 * A session of the base protocol has neither link nor sealing: {@link createSignalClient} with an API key.
 *
 * Everything that waits takes an AbortSignal. All expected errors have a `reason` for programs; no message contains a secret or a token.
 */

// Links and shares
export { formatLink, MAX_LINK_CHARACTERS, parseLink, type ShareLink } from "./link/link.ts";
export { LinkError, type LinkErrorReason } from "./link/link-error.ts";
export { computeShareId, deriveJoinToken, joinHash } from "./link/share.ts";
export { createIdentity, exportIdentity, type Identity, IdentityError, type IdentityErrorReason, importIdentity } from "./link/identity.ts";
export {
  type Registration,
  REGISTRATION_TOLERANCE_MS,
  RegistrationError,
  type RegistrationErrorReason,
  type RegistrationFields,
  signRegistration,
  verifyRegistration,
  type VerifyRegistrationOptions,
} from "./link/registration.ts";
export { toBase64url } from "@rangecast/base";
export { createRandomId, createSecret, createShareNonce } from "./encoding/random.ts";

// One session's signalling
export { createSignalClient, type OutgoingSignal, type SignalClient, type SignalClientOptions } from "./session/signal-client.ts";
export type { SignalMessage, SignalSide, SignalType } from "./messages/message.ts";
export {
  type AnswerPayload,
  type CandidatePayload,
  formatAnswer,
  formatCandidate,
  formatOffer,
  ICE_RESTART_FEATURE,
  type OfferPayload,
  parseAnswer,
  parseCandidate,
  parseOffer,
  PayloadError,
  type PayloadErrorReason,
} from "./messages/payload.ts";

// Sealing
export { deriveSessionKeys, type SessionKeyOptions, type SessionKeys } from "./sealing/session-keys.ts";
export { openPayload, SealError, type SealErrorReason, sealPayload } from "./sealing/sealed-payload.ts";
export { sealSignalClient, type SealOptions } from "./sealing/seal-signal-client.ts";
export {
  BindingError,
  type BindingErrorReason,
  sealAnswer,
  type SealAnswerOptions,
  verifyAnswer,
  type VerifyAnswerOptions,
} from "./sealing/binding.ts";

// The viewer's and the daemon's connection to the relay
export { joinShare, type JoinedShare, type JoinOptions, lookUpShare } from "./relay-api/join-share.ts";
export { connectDaemon, type DaemonSignals, type DaemonSignalsOptions } from "./daemon/daemon-signals.ts";
export type { RelayState } from "./daemon/daemon-stream.ts";
export type { IncomingSession } from "./daemon/session-table.ts";
export { ReadingMemory } from "./relay-api/reading-memory.ts";
export { FEATURES_HEADER, LONG_POLL_FEATURE } from "./relay-api/features.ts";
export { judgeArrivals, PROBE_PATH, type ProbeArrivals, readArrivals } from "./relay-api/probe-arrivals.ts";
export type { ShareToRegister } from "./relay-api/share-registry.ts";
export { type IceServer, type RegisterAnswer, type SessionAnswer, type SessionEvent, type ShareAnswer } from "./relay-api/relay-answers.ts";
export { relayErrorCode } from "./relay-api/relay-failure.ts";
export { SignalError, type SignalErrorOptions, type SignalErrorReason } from "./relay-api/signal-error.ts";

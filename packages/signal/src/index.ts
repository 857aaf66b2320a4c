export { sealAnswer, type SealAnswerOptions, verifyAnswer, type VerifyAnswerOptions } from "./sealing/binding.ts";
export { BindingError, type BindingErrorReason } from "./sealing/binding-error.ts";
export { connectDaemon, type DaemonSignals, type DaemonSignalsOptions } from "./daemon/daemon-signals.ts";
export type { RelayState } from "./daemon/daemon-stream.ts";
export { MAX_EVENT_BYTES, MAX_LINE_BYTES } from "./messages/event-limits.ts";
export { ExpectedError } from "@rangecast/base";
export { createIdentity, exportIdentity, type Identity, importIdentity } from "./link/identity.ts";
export { IdentityError, type IdentityErrorReason } from "./link/identity-error.ts";
export { joinShare, type JoinedShare, type JoinOptions, lookAtShare } from "./relay-api/join-share.ts";
export { formatLink, parseLink, type ShareLink } from "./link/link.ts";
export { LinkError, type LinkErrorReason } from "./link/link-error.ts";
export { parseSignalMessage, type SignalMessage, type SignalSide, type SignalType } from "./messages/message.ts";
export {
  type AnswerPayload,
  type CandidatePayload,
  formatAnswer,
  formatCandidate,
  formatOffer,
  type OfferPayload,
  parseAnswer,
  parseCandidate,
  parseOffer,
} from "./messages/payload.ts";
export { PayloadError, type PayloadErrorReason } from "./messages/payload-error.ts";
export { createRandomId, createSecret, createShareNonce } from "./encoding/random.ts";
export { readEvents, type ReadEventsOptions, type ServerEvent } from "./relay-api/read-events.ts";
export {
  type Registration,
  REGISTRATION_TOLERANCE_MS,
  type RegistrationFields,
  signRegistration,
  verifyRegistration,
  type VerifyRegistrationOptions,
} from "./link/registration.ts";
export { RegistrationError, type RegistrationErrorReason } from "./link/registration-error.ts";
export type { IceServer, RegisterAnswer, SessionAnswer, SessionEvent, ShareAnswer } from "./relay-api/relay-answers.ts";
export { SealError, type SealErrorReason } from "./sealing/seal-error.ts";
export { sealSignalClient, type SealOptions } from "./sealing/seal-signal-client.ts";
export { openPayload, sealPayload } from "./sealing/sealed-payload.ts";
export { deriveSessionKeys, type SessionKeyOptions, type SessionKeys } from "./sealing/session-keys.ts";
export type { IncomingSession } from "./daemon/session-table.ts";
export { computeShareId, deriveJoinToken, joinHash } from "./link/share.ts";
export type { ShareToRegister } from "./relay-api/share-registry.ts";
export { createSignalClient, type OutgoingSignal, type SignalClient, type SignalClientOptions } from "./session/signal-client.ts";
export { SignalError, type SignalErrorOptions, type SignalErrorReason } from "./relay-api/signal-error.ts";
export { watchSleep } from "@rangecast/base";

export { sealAnswer, type SealAnswerOptions, verifyAnswer, type VerifyAnswerOptions } from "./binding.ts";
export { BindingError, type BindingErrorReason } from "./binding-error.ts";
export { connectDaemon, type DaemonSignals, type DaemonSignalsOptions } from "./daemon-signals.ts";
export type { RelayState } from "./daemon-stream.ts";
export { MAX_EVENT_BYTES, MAX_LINE_BYTES } from "./event-limits.ts";
export { ExpectedError } from "./expected-error.ts";
export { createIdentity, exportIdentity, type Identity, importIdentity } from "./identity.ts";
export { IdentityError, type IdentityErrorReason } from "./identity-error.ts";
export { joinShare, type JoinedShare, type JoinOptions, lookAtShare } from "./join-share.ts";
export { formatLink, parseLink, type ShareLink } from "./link.ts";
export { LinkError, type LinkErrorReason } from "./link-error.ts";
export { parseSignalMessage, type SignalMessage, type SignalSide, type SignalType } from "./message.ts";
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
} from "./payload.ts";
export { PayloadError, type PayloadErrorReason } from "./payload-error.ts";
export { createRandomId, createSecret, createShareNonce } from "./random.ts";
export { readEvents, type ReadEventsOptions, type ServerEvent } from "./read-events.ts";
export {
  type Registration,
  REGISTRATION_TOLERANCE_MS,
  type RegistrationFields,
  signRegistration,
  verifyRegistration,
  type VerifyRegistrationOptions,
} from "./registration.ts";
export { RegistrationError, type RegistrationErrorReason } from "./registration-error.ts";
export type { IceServer, RegisterAnswer, SessionAnswer, SessionEvent, ShareAnswer } from "./relay-answers.ts";
export { SealError, type SealErrorReason } from "./seal-error.ts";
export { sealSignalClient, type SealOptions } from "./seal-signal-client.ts";
export { openPayload, sealPayload } from "./sealed-payload.ts";
export { deriveSessionKeys, type SessionKeyOptions, type SessionKeys } from "./session-keys.ts";
export type { IncomingSession } from "./session-table.ts";
export { computeShareId, deriveJoinToken, joinHash } from "./share.ts";
export type { ShareToRegister } from "./share-registry.ts";
export { createSignalClient, type OutgoingSignal, type SignalClient, type SignalClientOptions } from "./signal-client.ts";
export { SignalError, type SignalErrorOptions, type SignalErrorReason } from "./signal-error.ts";
export { watchSleep } from "./watch-sleep.ts";

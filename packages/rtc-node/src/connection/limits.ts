/** Largest message that we accept and send, bytes; the same as Chromium's. A remote that sends a larger one loses its channel, or the connection. */
export const MAX_MESSAGE_BYTES = 262_144;

/** The limit of a remote whose SDP has no max-message-size, bytes (RFC 8841, 6.1). */
export const DEFAULT_MAX_MESSAGE_BYTES = 65_536;

/** Maximum number of candidates that a remote may trickle. Machines with many interfaces have a few dozen. */
export const MAX_REMOTE_CANDIDATES = 128;

/** Maximum number of channels of a connection; the protocol uses one. A remote that opens more loses those, or the connection. */
export const MAX_CHANNELS = 8;

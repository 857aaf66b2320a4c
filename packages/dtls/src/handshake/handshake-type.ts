/** Types of handshake messages (RFC 5246, 7.4; RFC 6347, 4.3.2). */
export const HandshakeType = {
  HELLO_REQUEST: 0,
  CLIENT_HELLO: 1,
  SERVER_HELLO: 2,
  HELLO_VERIFY_REQUEST: 3,
  CERTIFICATE: 11,
  SERVER_KEY_EXCHANGE: 12,
  CERTIFICATE_REQUEST: 13,
  SERVER_HELLO_DONE: 14,
  CERTIFICATE_VERIFY: 15,
  CLIENT_KEY_EXCHANGE: 16,
  FINISHED: 20,
} as const;
export type HandshakeType = (typeof HandshakeType)[keyof typeof HandshakeType];

/** Bytes of each side's random number (RFC 5246, 7.4.1.2). */
export const RANDOM_BYTES = 32;
/** Most bytes of a session id. */
export const MAX_SESSION_ID_BYTES = 32;

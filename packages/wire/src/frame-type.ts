/** The type byte of each frame (PROTOCOL.md, section 1; extensions: GOODBYE, X-4; OPEN, OPENED and CLOSE, X-8). */
export const FrameType = {
  HELLO: 0x00,
  RANGE_REQ: 0x01,
  RANGE_DATA: 0x02,
  RANGE_END: 0x03,
  CANCEL: 0x04,
  PING: 0x05,
  PONG: 0x06,
  SEEK_HINT: 0x07,
  GOODBYE: 0x08,
  OPEN: 0x09,
  OPENED: 0x0a,
  CLOSE: 0x0b,
} as const;

/** Flag bits, each with the frames for which it is defined. */
export const Flag = {
  /** RANGE_DATA: the last chunk of its stream. */
  LAST_CHUNK: 0x01,
  /** HELLO, OPENED: the agent transcodes, so the size is an estimate. */
  TRANSCODING: 0x02,
  /** HELLO: random access works. */
  SEEKABLE: 0x04,
  /** RANGE_REQ: the header names a handle. Sent only to agents that announced `handles`. */
  HANDLE: 0x20,
  /** RANGE_REQ: chunks of this range may be large. Agents of the base protocol ignore it. */
  LARGE_CHUNKS: 0x40,
  /** RANGE_REQ, PING: the browser knows the extensions. Agents of the base protocol ignore it. */
  EXTENDED: 0x80,
} as const;

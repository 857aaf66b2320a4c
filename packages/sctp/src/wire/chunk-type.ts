/** The type byte of each chunk (IANA registry of RFC 9260, 15.1). */
export const ChunkType = {
  DATA: 0,
  INIT: 1,
  INIT_ACK: 2,
  SACK: 3,
  HEARTBEAT: 4,
  HEARTBEAT_ACK: 5,
  ABORT: 6,
  SHUTDOWN: 7,
  SHUTDOWN_ACK: 8,
  ERROR: 9,
  COOKIE_ECHO: 10,
  COOKIE_ACK: 11,
  SHUTDOWN_COMPLETE: 14,
  /** RFC 8260. */
  I_DATA: 0x40,
  /** RFC 6525. */
  RE_CONFIG: 0x82,
  /** RFC 4820. */
  PAD: 0x84,
  /** RFC 3758. */
  FORWARD_TSN: 0xc0,
  /** RFC 8260. */
  I_FORWARD_TSN: 0xc2,
} as const;

/** Flags of a DATA chunk (RFC 9260, 3.3.1) and of an I_DATA chunk (RFC 8260, 2.1). */
export const DataFlag = {
  /** E: the last fragment of its message. */
  ENDING: 0x01,
  /** B: the first fragment of its message. */
  BEGINNING: 0x02,
  /** U: outside the order of its stream. */
  UNORDERED: 0x04,
  /** I: the receiver should send its SACK at once. */
  IMMEDIATE: 0x08,
} as const;

/** T bit of ABORT and SHUTDOWN_COMPLETE: the verification tag is the sender's own, reflected, because it has no association (RFC 9260, 8.5.1). */
export const TAG_REFLECTED_FLAG = 0x01;

/**
 * Whether the rest of a packet must be ignored after a chunk of a type that isn't known: the highest bit of the type is 0 (RFC 9260, 3.2).
 * `readPacket` applies this rule itself.
 */
export function stopsAtUnknownChunk(type: number): boolean {
  return (type & 0x80) === 0;
}

/** Whether the sender of a chunk of unknown type wants an ERROR with `UNRECOGNIZED_CHUNK_TYPE`: the second bit of the type is 1 (RFC 9260, 3.2). */
export function reportsUnknownChunk(type: number): boolean {
  return (type & 0x40) !== 0;
}

/** Types of the parameters of INIT, INIT_ACK, HEARTBEAT and RE_CONFIG (IANA registry of RFC 9260, 15.2). */
export const ParameterType = {
  HEARTBEAT_INFO: 1,
  IPV4_ADDRESS: 5,
  IPV6_ADDRESS: 6,
  STATE_COOKIE: 7,
  UNRECOGNIZED_PARAMETER: 8,
  COOKIE_PRESERVATIVE: 9,
  SUPPORTED_ADDRESS_TYPES: 12,
  /** RFC 6525, 4.1. */
  OUTGOING_SSN_RESET: 13,
  /** RFC 6525, 4.2. */
  INCOMING_SSN_RESET: 14,
  /** RFC 6525, 4.3. */
  SSN_TSN_RESET: 15,
  /** RFC 6525, 4.4. */
  RE_CONFIG_RESPONSE: 16,
  /** RFC 6525, 4.5. */
  ADD_OUTGOING_STREAMS: 17,
  /** RFC 6525, 4.6. */
  ADD_INCOMING_STREAMS: 18,
  ECN_CAPABLE: 0x8000,
  /** RFC 9653, 4. */
  ZERO_CHECKSUM_ACCEPTABLE: 0x8001,
  /** The chunk types of extensions that the sender knows, a byte each (RFC 5061, 4.2.7). */
  SUPPORTED_EXTENSIONS: 0x8008,
  /** RFC 3758, 3.1. */
  FORWARD_TSN_SUPPORTED: 0xc000,
} as const;

/** The error detection method of ZERO_CHECKSUM_ACCEPTABLE that DTLS under SCTP provides (RFC 9653, 4). */
export const ZERO_CHECKSUM_OVER_DTLS = 1;

/** Whether the parameters after one of an unknown type must be ignored: the highest bit is 0 (RFC 9260, 3.2.1). */
export function stopsAtUnknownParameter(type: number): boolean {
  return (type & 0x8000) === 0;
}

/** Whether the sender of a parameter of unknown type wants to hear of it: the second bit is 1 (RFC 9260, 3.2.1). */
export function reportsUnknownParameter(type: number): boolean {
  return (type & 0x4000) !== 0;
}

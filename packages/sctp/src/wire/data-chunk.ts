/*
 * DATA (0x00): a message, or a fragment of one (RFC 9260, 3.3.1). The flags are `DataFlag`.
 *
 *  0        1        2                 4
 * +--------+--------+-----------------+
 * | 0x00   | flags  | length          |
 * +--------+--------+-----------------+
 * | TSN                               |
 * +-----------------+-----------------+
 * | stream id       | stream sequence |
 * +-----------------+-----------------+
 * | payload protocol id               |
 * +-----------------------------------+
 * | user data, at least one byte …    |
 */

/** Bytes of a DATA chunk in front of the user data, with the chunk's header. */
export const DATA_HEADER_BYTES = 16;

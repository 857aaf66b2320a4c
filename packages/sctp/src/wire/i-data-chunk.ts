/*
 * I_DATA (0x40): a message, or a fragment of one, whose fragments need not be sent in a row (RFC 8260, 2.1). The flags are `DataFlag`. The first fragment
 * has the payload protocol id, and the number 0; the others have their number.
 *
 *  0        1        2                 4
 * +--------+--------+-----------------+
 * | 0x40   | flags  | length          |
 * +--------+--------+-----------------+
 * | TSN                               |
 * +-----------------+-----------------+
 * | stream id       | 0               |
 * +-----------------+-----------------+
 * | message id                        |
 * +-----------------------------------+
 * | protocol id, or fragment number   |
 * +-----------------------------------+
 * | user data, at least one byte …    |
 */

/** Bytes of an I_DATA chunk in front of the user data, with the chunk's header. */
export const I_DATA_HEADER_BYTES = 20;

/**
 * Bytes of UDP payload that pass through practically every path: an MTU of 1280 (IPv6), without IP and UDP (48), and 32 for what tunnels and TURN add. Browsers
 * use about as many.
 */
export const UDP_PAYLOAD_BYTES = 1200;

/**
 * The same where probes show that the path carries it: an Ethernet MTU of 1500 without IP, UDP, PPPoE and TURN has room for 1440. A seventh fewer packets than with
 * {@link UDP_PAYLOAD_BYTES}, each of which costs both ends about the same, whatever its size.
 */
export const MAX_UDP_PAYLOAD_BYTES = 1400;

/** Least receive window, bytes: 100 Mbit/s over 100 ms and more, as browsers have. */
const MIN_WINDOW_BYTES = 2 * 1024 * 1024;

/** The receive window, bytes: it has room for several of the largest messages. */
export function receiveWindowBytes(maxMessageBytes: number): number {
  return Math.max(MIN_WINDOW_BYTES, 4 * maxMessageBytes);
}

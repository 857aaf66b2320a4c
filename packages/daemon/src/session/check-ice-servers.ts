import type { IceServer } from "@rangecast/rtc";
import { checkIceServers as checkNodeIceServers, RtcNodeError } from "@rangecast/rtc-node";

/**
 * Checks ICE servers at the start; otherwise the first viewer's offer would fail.
 * @param refusal makes the error for a malformed ICE server
 * @throws the error that `refusal` makes
 */
export function checkIceServers(servers: readonly IceServer[], refusal: (message: string, cause: unknown) => Error): void {
  try {
    checkNodeIceServers(servers);
  } catch (error) {
    if (error instanceof RtcNodeError) throw refusal(error.message, error);
    throw error;
  }
}

import type { IceServer } from "@rangecast/rtc";
import { checkIceServers as checkNodeIceServers, RtcNodeError } from "@rangecast/rtc-node";

/**
 * Checks ICE servers before anything is started: without it, the first offer of a viewer would find out.
 * @param refusal makes the error for what is no ICE server
 * @throws what `refusal` makes
 */
export function checkIceServers(servers: readonly IceServer[], refusal: (message: string, cause: unknown) => Error): void {
  try {
    checkNodeIceServers(servers);
  } catch (error) {
    if (error instanceof RtcNodeError) throw refusal(error.message, error);
    throw error;
  }
}

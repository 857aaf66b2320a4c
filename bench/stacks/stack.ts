import type { PeerConnectionFactory } from "@rangecast/rtc";
import { createPeerConnection } from "@rangecast/rtc-node";

/** A WebRTC stack for Node that was compared (docs/decisions/0001). */
export type StackName = "own" | "node-datachannel" | "wrtc";

export const STACK_NAMES: readonly StackName[] = ["node-datachannel", "wrtc"];

const LOOPBACK = "127.0.0.1";

/** Not a dependency because of its 26 MB: `npm install --no-save @roamhq/wrtc@0.10.0` installs it for a comparison. */
const WRTC = "@roamhq/wrtc";

/** The stack, through our adapter or its own W3C interface; undefined if it is not installed. */
export async function loadStack(name: StackName): Promise<PeerConnectionFactory | undefined> {
  if (name === "own") return (config) => createPeerConnection({ ...config, bindAddress: LOOPBACK, transport: "own" });
  if (name === "node-datachannel") return (config) => createPeerConnection({ ...config, bindAddress: LOOPBACK, transport: "native" });
  try {
    const { default: wrtc } = (await import(WRTC)) as {
      default: { RTCPeerConnection: new (config: object) => ReturnType<PeerConnectionFactory> };
    };
    return (config) => new wrtc.RTCPeerConnection(config);
  } catch {
    return undefined;
  }
}

import type { PeerConnection } from "@rangecast/rtc";

import { OwnPeerConnection } from "../transport/own-peer-connection.ts";
import type { NodePeerConnectionConfig } from "./node-config.ts";
import { nativeLibrary } from "../native/library.ts";
import { NodePeerConnection } from "../native/node-peer-connection.ts";
import { RtcNodeError } from "../rtc-node-error.ts";

/** Chooses the transport of all connections whose configuration names none. */
const TRANSPORT_VARIABLE = "RANGECAST_TRANSPORT";

type Transport = NonNullable<NodePeerConnectionConfig["transport"]>;

/**
 * RTCPeerConnection in Node, as far as `@rangecast/rtc` needs it: one negotiation, data channels only. The own transport can also restart ICE. The native one
 * needs node-datachannel, and has no TURN over TCP. The caller must close it: until then it holds a UDP port and keeps the process alive.
 *
 * @throws {RtcNodeError} `bad-ice-server`; `bad-transport`; `native-missing`, `relay-only-unsupported` (native)
 */
export function createPeerConnection(config: NodePeerConnectionConfig = {}): PeerConnection {
  const transport = config.transport ?? environmentTransport();
  return transport === "own" ? new OwnPeerConnection(config) : new NodePeerConnection(config);
}

/** Whether connections can be made with the transport that the environment names. @throws {RtcNodeError} `bad-transport`, `native-missing` */
export function checkTransport(): void {
  if (environmentTransport() === "native") nativeLibrary();
}

function environmentTransport(): Transport {
  const name = process.env[TRANSPORT_VARIABLE] ?? "";
  if (name === "" || name === "own") return "own";
  if (name === "native") return "native";
  throw new RtcNodeError("bad-transport", `${TRANSPORT_VARIABLE} is "${name}", but must be "own" or "native"`);
}

import type { PeerConnectionConfig } from "@rangecast/rtc";

import type { OnFault } from "./guarded.ts";

export interface NodePeerConnectionConfig extends PeerConnectionConfig {
  /**
   * Called with the exception of an event handler, which would otherwise abort the process.
   * @default throws it again from the event loop, as an uncaught exception
   */
  readonly onFault?: OnFault;
  /** Called with the URL of each ICE server that the native transport can't use (TLS, TCP). @default none */
  readonly onIceServerSkipped?: (url: string) => void;
  /** UDP port, shared by all connections that use it. @default one port per connection, chosen by the system */
  readonly udpPort?: number;
  /** The only local address to use. @default all */
  readonly bindAddress?: string;
  /** What carries the connection: this project's own transport, or libdatachannel. @default what the environment variable RANGECAST_TRANSPORT names, else "own" */
  readonly transport?: "native" | "own";
}

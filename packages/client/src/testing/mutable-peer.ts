import type { DataChannel, Handler, PeerConnection, PeerConnectionFactory } from "@rangecast/rtc";

/** Peer connections whose data channels the test can interrupt, without an event on either side. */
export interface MutablePeers {
  readonly createPeerConnection: PeerConnectionFactory;
  /** All that were created. */
  readonly peers: PeerConnection[];
  /** Holds all messages of the connections created so far, until it is called with false. */
  mute(muted: boolean): void;
}

export function mutablePeers(create: PeerConnectionFactory): MutablePeers {
  const peers: PeerConnection[] = [];
  const channels: { muted: boolean; readonly held: (() => void)[] }[] = [];
  return {
    peers,
    createPeerConnection: (config) => {
      const peer = create(config);
      peers.push(peer);
      const createDataChannel = peer.createDataChannel.bind(peer);
      peer.createDataChannel = (label, options) => {
        const network = { muted: false, held: [] };
        channels.push(network);
        return mutable(createDataChannel(label, options), network);
      };
      return peer;
    },
    mute(muted) {
      for (const network of channels) {
        network.muted = muted;
        if (!muted) for (const act of network.held.splice(0)) act();
      }
    },
  };
}

/** The channel is reliable: held messages are delivered later, in order. */
function mutable(channel: DataChannel, network: { muted: boolean; readonly held: (() => void)[] }): DataChannel {
  const pass = (act: () => void): void => void (network.muted ? network.held.push(act) : act());
  return new Proxy(channel, {
    get(target, key) {
      if (key === "send") return (data: Uint8Array<ArrayBuffer>) => pass(() => target.send(data));
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" && key === "close" ? value.bind(target) : value;
    },
    set(target, key, value) {
      const listener = value as Handler<{ readonly data: unknown }>;
      if (key !== "onmessage" || listener === null) return Reflect.set(target, key, value, target);
      target.onmessage = (event) => pass(() => listener(event));
      return true;
    },
  });
}

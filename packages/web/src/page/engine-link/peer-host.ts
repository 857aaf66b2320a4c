import type { PeerConnection, PeerConnectionConfig, PeerConnectionFactory, SessionDescription, StatsReport } from "@rangecast/rtc";
import type { HostPort, PeerCall, ProxyToHost, PeerSnapshot } from "../../shared/messages/peer-messages.ts";
import { plainError } from "../../shared/messages/plain-error.ts";
import type { Message } from "../../shared/messages/worker-messages.ts";

/** Holds the peer connections of an engine in a worker, which controls each over a port (shared/messages/peer-messages.ts). */
export interface PeerHost {
  /** Creates a connection. If that fails, so does each call of its proxy. */
  add(config: PeerConnectionConfig, port: HostPort): void;
  /** Closes all of them at once. The hosts see that they are closed. */
  close(): void;
}

export function createPeerHost(create: PeerConnectionFactory): PeerHost {
  const closers = new Set<() => void>();
  return {
    add: (config, port) => {
      const close = host(
        () => create(config),
        port,
        () => closers.delete(close),
      );
      closers.add(close);
    },
    close: () => {
      for (const close of closers) close();
    },
  };
}

/** @returns the function that closes the connection */
function host(create: () => PeerConnection, port: HostPort, onClose: () => void): () => void {
  let peer: PeerConnection | undefined;
  let failure: unknown;
  try {
    peer = create();
  } catch (error) {
    failure = error;
  }

  const close = (): void => {
    if (peer) {
      peer.onicecandidate = peer.onconnectionstatechange = peer.ondatachannel = null;
      peer.close();
    }
    port.close();
    onClose();
  };
  const createChannel = ({ id, label, options }: Message<ProxyToHost> & { type: "create-channel" }): void => {
    if (!peer) return;
    try {
      const channel = peer.createDataChannel(label, options);
      // In the same turn: a channel can be transferred only while it is unused.
      port.post({ type: "channel", id, channel }, [channel]);
    } catch (error) {
      failure ??= error;
    }
  };
  const answer = async (id: number, call: PeerCall): Promise<void> => {
    try {
      if (!peer || failure !== undefined) throw failure;
      const result = await run(peer, call);
      port.post({ type: "answered", id, result, ...snapshot(peer) });
    } catch (error) {
      port.post({ type: "failed", id, error: plainError(error), ...snapshot(peer) });
    }
  };

  port.listen((message) => {
    if (message.type === "create-channel") createChannel(message);
    else if (message.type === "call") void answer(message.id, message.call);
    else close();
  });
  if (peer) {
    peer.onconnectionstatechange = () => port.post({ type: "state", ...snapshot(peer) });
    peer.onicecandidate = ({ candidate }) =>
      port.post({ type: "candidate", candidate: candidate === null ? null : candidate.toJSON(), ...snapshot(peer) });
    peer.ondatachannel = ({ channel }) => port.post({ type: "datachannel", channel }, [channel]);
  }
  return close;
}

/** The result, as an object that can be cloned. */
async function run(peer: PeerConnection, call: PeerCall): Promise<unknown> {
  switch (call.method) {
    case "createOffer":
      return plain(await peer.createOffer(...call.args));
    case "createAnswer":
      return plain(await peer.createAnswer());
    case "setLocalDescription":
      await peer.setLocalDescription(...call.args);
      return null;
    case "setRemoteDescription":
      await peer.setRemoteDescription(...call.args);
      return null;
    case "addIceCandidate":
      await peer.addIceCandidate(...call.args);
      return null;
    case "getStats":
      return entriesOf(await peer.getStats());
  }
}

function snapshot(peer: PeerConnection | undefined): PeerSnapshot {
  if (!peer) return { connectionState: "failed", localDescription: null };
  const { connectionState, localDescription } = peer;
  return { connectionState, localDescription: localDescription && plain(localDescription) };
}

/** A browser's own RTCSessionDescription can't be cloned. */
function plain({ type, sdp }: SessionDescription): SessionDescription {
  return { type, sdp };
}

function entriesOf(report: StatsReport): Record<string, unknown>[] {
  const entries: Record<string, unknown>[] = [];
  report.forEach((entry) => entries.push({ ...entry }));
  return entries;
}

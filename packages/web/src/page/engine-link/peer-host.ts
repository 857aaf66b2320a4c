import type { PeerConnection, PeerConnectionConfig, PeerConnectionFactory, SessionDescription, StatsReport } from "@rangecast/rtc";
import type { HostPort, PeerCall, ProxyToHost, PeerSnapshot } from "../../shared/peer-messages.ts";
import { plainError } from "../../shared/plain-error.ts";
import type { Message } from "../../shared/worker-messages.ts";

/** The peer connections of an engine in a worker: they live on the page, what they do is told and asked over ports. */
export interface PeerHost {
  /** Makes one. What it can't do, its proxy hears when it asks. */
  add(config: PeerConnectionConfig, port: HostPort): void;
  /** Closes all that are open, at once: the other ends see it. */
  close(): void;
}

export function createPeerHost(create: PeerConnectionFactory): PeerHost {
  const closers = new Set<() => void>();
  return {
    add: (config, port) => {
      const close = host(make(create, config), port, () => closers.delete(close));
      closers.add(close);
    },
    close: () => {
      for (const close of closers) close();
    },
  };
}

/** A connection, or why there is none. */
type Made = { readonly peer: PeerConnection } | { readonly failure: unknown };

function make(create: PeerConnectionFactory, config: PeerConnectionConfig): Made {
  try {
    return { peer: create(config) };
  } catch (failure) {
    return { failure };
  }
}

/** Answers the function that ends it. */
function host(made: Made, port: HostPort, onClose: () => void): () => void {
  const peer = "peer" in made ? made.peer : undefined;
  let failure = "failure" in made ? made.failure : undefined;

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
      // In the same turn: browsers let go only of a channel that did nothing yet.
      port.post({ type: "channel", id, channel }, [channel]);
    } catch (error) {
      failure ??= error;
    }
  };
  const answer = async (id: number, call: PeerCall): Promise<void> => {
    try {
      if (!peer || failure !== undefined) throw failure;
      const result = await run(peer, call);
      port.post({ type: "answered", id, result, ...standing(peer) });
    } catch (error) {
      port.post({ type: "failed", id, error: plainError(error), ...standing(peer) });
    }
  };

  port.listen((message) => {
    if (message.type === "create-channel") createChannel(message);
    else if (message.type === "call") void answer(message.id, message.call);
    else close();
  });
  if (peer) {
    peer.onconnectionstatechange = () => port.post({ type: "state", ...standing(peer) });
    peer.onicecandidate = ({ candidate }) =>
      port.post({ type: "candidate", candidate: candidate === null ? null : candidate.toJSON(), ...standing(peer) });
    peer.ondatachannel = ({ channel }) => port.post({ type: "datachannel", channel }, [channel]);
  }
  return close;
}

/** The answer, as it can travel. */
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

function standing(peer: PeerConnection | undefined): PeerSnapshot {
  if (!peer) return { connectionState: "failed", localDescription: null };
  const { connectionState, localDescription } = peer;
  return { connectionState, localDescription: localDescription && plain(localDescription) };
}

/** A browser's description is an object of its own kind, which can't be copied. */
function plain({ type, sdp }: SessionDescription): SessionDescription {
  return { type, sdp };
}

function entriesOf(report: StatsReport): Record<string, unknown>[] {
  const entries: Record<string, unknown>[] = [];
  report.forEach((entry) => entries.push({ ...entry }));
  return entries;
}

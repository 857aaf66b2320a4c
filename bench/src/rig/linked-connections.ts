/* Puts a link of the emulator before one peer of a session whose signalling is sealed, so that nothing between the two could do it. */
import type { CandidateInit, PeerConnection, PeerConnectionFactory } from "@rangecast/rtc";

import { type Link, withoutCandidates } from "../../netlab/index.ts";

/**
 * Connections that can be reached only through the link: their own candidates are replaced with the link's, and those of the other side are ignored, which
 * so becomes a peer-reflexive candidate (RFC 8445).
 */
export function linkedConnections(create: PeerConnectionFactory, link: Pick<Link, "rewrite" | "rewriteSdp">): PeerConnectionFactory {
  return (config) => {
    const connection = create(config);
    let local: PeerConnection["localDescription"] = null;
    let onCandidate: PeerConnection["onicecandidate"] = null;
    const passCandidate = async (own: CandidateInit | undefined): Promise<void> => {
      const candidate = own?.candidate ? await link.rewrite(own.candidate) : own?.candidate;
      if (own === undefined) onCandidate?.({ candidate: null });
      else if (candidate !== undefined) onCandidate?.({ candidate: { toJSON: () => ({ ...own, candidate }) } });
    };
    connection.onicecandidate = ({ candidate }) => void passCandidate(candidate?.toJSON());
    const own: Partial<PeerConnection> = {
      async setLocalDescription(description) {
        await connection.setLocalDescription(description);
        const { localDescription } = connection;
        local = localDescription === null ? null : { ...localDescription, sdp: await link.rewriteSdp(localDescription.sdp) };
      },
      setRemoteDescription: ({ type, sdp }) => connection.setRemoteDescription({ type, sdp: withoutCandidates(sdp) }),
      addIceCandidate: () => Promise.resolve(),
    };
    return new Proxy(connection, {
      get(target, name) {
        if (name === "localDescription") return local;
        if (name === "onicecandidate") return onCandidate;
        const value: unknown = Reflect.get(own, name) ?? Reflect.get(target, name, target);
        return typeof value === "function" && !name.toString().startsWith("on") ? value.bind(target) : value;
      },
      set(target, name, value) {
        if (name === "onicecandidate") onCandidate = value as PeerConnection["onicecandidate"];
        else Reflect.set(target, name, value, target);
        return true;
      },
    });
  };
}

/* The proxy in the worker and its host on the page, over a real MessageChannel, with a peer connection that has no network. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { TransferablePeer } from "../../../test/transferable-peer.ts";
import { PeerProxy } from "../../engine/peer/peer-proxy.ts";
import type { HostToProxy, ProxyToHost } from "../../shared/messages/peer-messages.ts";
import { createTypedPort } from "../../shared/ports/typed-port.ts";
import { createPeerHost } from "./peer-host.ts";

const ports: MessagePort[] = [];
afterEach(() => ports.splice(0).forEach((port) => port.close()));

function pair(create: () => TransferablePeer = () => new TransferablePeer()) {
  const made: TransferablePeer[] = [];
  const host = createPeerHost(() => {
    const peer = create();
    made.push(peer);
    return peer;
  });
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  host.add({}, createTypedPort<HostToProxy, ProxyToHost>(port2));
  return { host, peer: made[0], proxy: new PeerProxy(createTypedPort<ProxyToHost, HostToProxy>(port1)) };
}

test("a channel is available at once, and delivers the messages of the connection's own channel", async () => {
  const { peer, proxy } = pair();
  const channel = proxy.createDataChannel("rangecast", { ordered: true });
  const onmessage = vi.fn<(event: { readonly data: unknown }) => void>();
  channel.onmessage = onmessage;
  await proxy.createOffer();
  peer?.network?.postMessage("bytes");
  await vi.waitFor(() => expect(onmessage).toHaveBeenCalledWith(expect.objectContaining({ data: "bytes" })));
  expect(peer?.channels).toEqual([{ label: "rangecast", options: { ordered: true } }]);
});

test("calls return what the connection returns, and its descriptions can be read synchronously", async () => {
  const { peer, proxy } = pair();
  const offer = await proxy.createOffer();
  await proxy.setLocalDescription(offer);
  expect(proxy.localDescription).toEqual({ type: "offer", sdp: peer?.offerSdp });
  await proxy.setRemoteDescription({ type: "answer", sdp: "theirs" });
  expect(peer?.remoteDescription).toEqual({ type: "answer", sdp: "theirs" });
  if (peer !== undefined) peer.refusesCandidates = true;
  await expect(proxy.addIceCandidate({ candidate: "bad" })).rejects.toThrow("can't use it");
  const types: unknown[] = [];
  (await proxy.getStats()).forEach(({ type }) => types.push(type));
  expect(types).toEqual(["candidate-pair"]);
});

test("candidates and states arrive as events, with the state mirrored", async () => {
  const { peer, proxy } = pair();
  const seen: unknown[] = [];
  proxy.onicecandidate = ({ candidate }) => seen.push(candidate === null ? null : candidate.toJSON());
  proxy.onconnectionstatechange = () => seen.push(proxy.connectionState);
  peer?.gather({ candidate: "c" });
  peer?.gather(null);
  peer?.become("connected");
  await vi.waitFor(() => expect(seen).toEqual([{ candidate: "c" }, null, "connected"]));
});

describe("closing", () => {
  test("the proxy closes the connection, and rejects pending and later calls", async () => {
    const { peer, proxy } = pair();
    const waiting = proxy.createOffer();
    proxy.close();
    proxy.close();
    await expect(waiting).rejects.toMatchObject({ name: "InvalidStateError" });
    await expect(proxy.getStats()).rejects.toMatchObject({ name: "InvalidStateError" });
    expect(proxy.connectionState).toBe("closed");
    await vi.waitFor(() => expect(peer?.connectionState).toBe("closed"));
  });

  test("the page closes all connections at once", () => {
    const { host, peer } = pair();
    host.close();
    expect(peer?.connectionState).toBe("closed");
  });
});

test("if the browser refuses to create a connection, each call fails with the browser's error", async () => {
  const { proxy } = pair(() => {
    throw new TypeError("too many of them");
  });
  proxy.createDataChannel("rangecast");
  await expect(proxy.createOffer()).rejects.toMatchObject({ name: "TypeError", message: "too many of them" });
});

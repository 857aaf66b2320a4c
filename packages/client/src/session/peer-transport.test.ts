import { expect, test } from "vitest";
import { FakePeer } from "@rangecast/testkit/fakes/fake-peer";
import { fakeSdp } from "@rangecast/testkit/fakes/fake-sdp";
import { PeerTransport } from "./peer-transport.ts";
import type { CloseReason } from "./client-state.ts";

const OFFERED = "a=sctp-init:AQAAHmpJrOkAUAAA/////6M/5BbAAAAEgAgABoLA\r\n";
const ANSWERED = "a=sctp-init:AQAAHlAR6TgAUAAA/////4NcVhPAAAAEgAgABoLA\r\n";

async function openTransport(offerSdp: string): Promise<{ peer: FakePeer; transport: PeerTransport; offer: string; ends: CloseReason[] }> {
  const peer = new FakePeer();
  peer.offerSdp = offerSdp;
  const ends: CloseReason[] = [];
  const transport = new PeerTransport(() => peer, []);
  const offer = await transport.open({ onCandidate: () => {}, onDisconnected: () => {}, onEnd: (end) => ends.push(end) });
  return { peer, transport, offer, ends };
}

test.each([
  ["another", ANSWERED, ANSWERED],
  ["the offer's, by a stack that echoes what it doesn't know", OFFERED, ""],
  ["none", "", ""],
])("S-8: the browser's INIT chunk is offered; an answer with %s", async (_what, answered, taken) => {
  const { peer, transport, offer } = await openTransport(fakeSdp("offer") + OFFERED);
  expect(offer).toBe(fakeSdp("offer") + OFFERED);
  await transport.accept(fakeSdp("answer") + answered);
  expect(peer.answers).toEqual([{ type: "answer", sdp: fakeSdp("answer") + taken }]);
});

test("S-8: an INIT chunk that wasn't offered is not taken", async () => {
  const { peer, transport } = await openTransport(fakeSdp("offer"));
  await transport.accept(fakeSdp("answer") + ANSWERED);
  expect(peer.answers).toEqual([{ type: "answer", sdp: fakeSdp("answer") }]);
});

test.each([
  [undefined, "the connection was closed"],
  ["path-shrank: too small", "the connection was closed (path-shrank: too small)"],
])("says why the connection was closed, if the stack knows it: %s", async (endReason, message) => {
  const { peer, ends } = await openTransport(fakeSdp("offer"));
  peer.endReason = endReason;
  peer.become("closed");
  expect(ends).toEqual([{ reason: "closed", message }]);
});

import type { PeerConnection, SessionDescription } from "@rangecast/rtc";
import { Association } from "@rangecast/sctp";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { createPeerConnection } from "../index.ts";
import { passesMessages, trickle, type Transport } from "../testing/pair.ts";

const LINE = /a=sctp-init:\S+\r\n/u;
const lineOf = (sdp: string): string => LINE.exec(sdp)?.[0] ?? "";
const without = (sdp: string): string => sdp.replace(LINE, "");

/** How often an association began with the other side's chunk, and how often with a handshake. */
let withChunk: { readonly mock: { readonly calls: unknown[] } };
let withHandshake: typeof withChunk;
beforeEach(() => {
  withChunk = vi.spyOn(Association.prototype, "openWith");
  withHandshake = vi.spyOn(Association.prototype, "connect");
});
const open: PeerConnection[] = [];
afterEach(() => {
  open.splice(0).forEach((connection) => connection.close());
  vi.restoreAllMocks();
});

const identity = (sdp: string): string => sdp;

/** Connects two while the descriptions are changed on their way. @returns the associations' beginnings: with a chunk, with a handshake */
async function beginnings(
  offers: Transport,
  answers: Transport,
  onOffer: (sdp: string) => string = identity,
  onAnswer: (answer: string, offer: string) => string = identity,
): Promise<[number, number]> {
  const [offerer, answerer] = [offers, answers].map((transport) => createPeerConnection({ transport, bindAddress: "127.0.0.1" })) as [
    PeerConnection,
    PeerConnection,
  ];
  open.push(offerer, answerer);
  trickle(offerer, answerer);
  const near = offerer.createDataChannel("x");
  const far = new Promise<typeof near>((resolve) => {
    answerer.ondatachannel = ({ channel }) => (channel.onopen = () => resolve(channel));
  });
  const nearOpen = new Promise((resolve) => (near.onopen = resolve));
  await offerer.setLocalDescription(await offerer.createOffer());
  const offer = offerer.localDescription?.sdp ?? "";
  await answerer.setRemoteDescription({ type: "offer", sdp: onOffer(offer) });
  await answerer.setLocalDescription(await answerer.createAnswer());
  const answer: SessionDescription = { type: "answer", sdp: onAnswer(answerer.localDescription?.sdp ?? "", offer) };
  await offerer.setRemoteDescription(answer);
  await nearOpen;
  expect(await passesMessages({ offerer, answerer, near, far: await far })).toBe(true);
  return [withChunk.mock.calls.length, withHandshake.mock.calls.length];
}

test("both sides open with the other's INIT chunk", async () => {
  expect(await beginnings("own", "own")).toEqual([2, 0]);
});

test.each<[string, Parameters<typeof beginnings>, number]>([
  ["an offer without a chunk", ["own", "own", without], 2],
  ["an answerer that doesn't know it", ["own", "native"], 1],
  ["an answerer that echoes the offer's", ["own", "native", identity, (answer, offer) => answer + lineOf(offer)], 1],
  ["an offerer that doesn't know it", ["native", "own"], 1],
])("%s leads to a handshake", async (_what, [...call], handshakes) => {
  expect(await beginnings(...call)).toEqual([0, handshakes]);
});

test("an answer whose chunk can't be used is refused", async () => {
  const tagOf0 = (answer: string): string => without(answer) + "a=sctp-init:AQAAHgAAAAAAUAAA/////6M/5BbAAAAEgAgABoLA\r\n";
  await expect(beginnings("own", "own", identity, tagOf0)).rejects.toMatchObject({ name: "RtcError", reason: "bad-description" });
});

import type { DataChannel, PeerConnection } from "@rangecast/rtc";
import { afterEach, expect, test } from "vitest";
import { createPeerConnection, openConnections } from "./index.ts";

const open: PeerConnection[] = [];

afterEach(() => {
  for (const connection of open.splice(0)) connection.close();
  expect(openConnections()).toBe(0);
});

/** Two connections that know each other's candidates, with the channel's two ends open. */
async function connectedPair(
  onFault?: (error: unknown) => void,
): Promise<{ near: DataChannel; far: DataChannel; a: PeerConnection; b: PeerConnection }> {
  const a = createPeerConnection(onFault ? { onFault } : {});
  const b = createPeerConnection(onFault ? { onFault } : {});
  open.push(a, b);
  a.onicecandidate = ({ candidate }) => void (candidate && b.addIceCandidate(candidate.toJSON()));
  b.onicecandidate = ({ candidate }) => void (candidate && a.addIceCandidate(candidate.toJSON()));
  const near = a.createDataChannel("test", { ordered: true });
  const nearOpen = new Promise((resolve) => (near.onopen = resolve));
  const farOpen = new Promise<DataChannel>((resolve) => (b.ondatachannel = ({ channel }) => resolve(channel)));
  const offer = await a.createOffer();
  await a.setLocalDescription(offer);
  await b.setRemoteDescription(offer);
  const answer = await b.createAnswer();
  await b.setLocalDescription(answer);
  await a.setRemoteDescription(answer);
  await nearOpen;
  return { near, far: await farOpen, a, b };
}

const nextMessage = (channel: DataChannel): Promise<unknown> => new Promise((resolve) => (channel.onmessage = ({ data }) => resolve(data)));

test("two connections pass messages both ways, as ArrayBuffers", async () => {
  const { near, far } = await connectedPair();
  const there = nextMessage(far);
  near.send(new Uint8Array([1, 2, 3]));
  expect(new Uint8Array((await there) as ArrayBuffer)).toEqual(new Uint8Array([1, 2, 3]));
  const back = nextMessage(near);
  far.send(new Uint8Array([9, 8, 7]).subarray(1));
  expect(new Uint8Array((await back) as ArrayBuffer)).toEqual(new Uint8Array([8, 7]));
});

test("a close is seen on the other side, and ends this side's channel too", async () => {
  const { near, far, a } = await connectedPair();
  const farClosed = new Promise((resolve) => (far.onclose = resolve));
  const nearClosed = new Promise((resolve) => (near.onclose = resolve));
  a.close();
  await Promise.all([nearClosed, farClosed]);
  expect(near.readyState).toBe("closed");
  expect(() => near.send(new Uint8Array(1))).toThrow(expect.objectContaining({ reason: "not-open" }));
});

test("a message over what the remote takes is refused here, and the channel goes on", async () => {
  const { near, far } = await connectedPair();
  expect(() => near.send(new Uint8Array(262_145))).toThrow(expect.objectContaining({ reason: "message-too-large" }));
  const largest = nextMessage(far);
  near.send(new Uint8Array(262_144));
  expect(((await largest) as ArrayBuffer).byteLength).toBe(262_144);
});

test("what a handler throws goes to onFault, and the next message still arrives", async () => {
  const faults: unknown[] = [];
  const { near, far } = await connectedPair((error) => faults.push(error));
  far.onmessage = () => {
    throw new Error("a fault of our own");
  };
  near.send(new Uint8Array(1));
  await expect.poll(() => faults).toHaveLength(1);
  const next = nextMessage(far);
  near.send(new Uint8Array(2));
  expect(((await next) as ArrayBuffer).byteLength).toBe(2);
});

test("bufferedamountlow comes when a full channel has drained to its threshold", async () => {
  const { near, far } = await connectedPair();
  let received = 0;
  far.onmessage = ({ data }) => (received += (data as ArrayBuffer).byteLength);
  near.bufferedAmountLowThreshold = 64 * 1024;
  const low = new Promise<number>((resolve) => (near.onbufferedamountlow = () => resolve(near.bufferedAmount)));
  for (let sent = 0; sent < 64; sent++) near.send(new Uint8Array(64 * 1024));
  expect(near.bufferedAmount).toBeGreaterThan(64 * 1024);
  expect(await low).toBeLessThanOrEqual(64 * 1024);
  await expect.poll(() => received, { timeout: 10_000 }).toBe(64 * 64 * 1024);
});

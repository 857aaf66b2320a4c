import type { DataChannel, PeerConnection, PeerConnectionFactory } from "@rangecast/rtc";
import { expectTypeOf, test } from "vitest";

/* Compile-time: `npm run check` type-checks tests with the DOM's types. */

/** Where the DOM's types are wider than what browsers do: descriptions that are provisional, or without an SDP. */
type Descriptions = "localDescription" | "createOffer" | "createAnswer";

test("a browser's own RTCPeerConnection and RTCDataChannel are what the client asks for", () => {
  expectTypeOf<RTCDataChannel>().toExtend<DataChannel>();
  expectTypeOf<RTCPeerConnection>().toExtend<Omit<PeerConnection, Descriptions>>();
});

test("their descriptions differ in nothing but what browsers never make, so that an assertion in the page is sound", () => {
  type Narrow<D> = D extends { sdp?: string } ? Omit<D, "type" | "sdp"> & { type: "offer" | "answer"; sdp: string } : D;
  expectTypeOf<Narrow<NonNullable<RTCPeerConnection["localDescription"]>>>().toExtend<NonNullable<PeerConnection["localDescription"]>>();
  expectTypeOf<Narrow<RTCSessionDescriptionInit>>().toExtend<Awaited<ReturnType<PeerConnection["createOffer"]>>>();
  expectTypeOf<Narrow<RTCSessionDescriptionInit>>().toExtend<Awaited<ReturnType<PeerConnection["createAnswer"]>>>();
  const factory: PeerConnectionFactory = (config) => new RTCPeerConnection(config) as PeerConnection;
  expectTypeOf(factory).returns.toExtend<PeerConnection>();
});

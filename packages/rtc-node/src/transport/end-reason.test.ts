import type { PeerConnection } from "@rangecast/rtc";
import { afterEach, expect, test } from "vitest";

import { createPeerConnection } from "../index.ts";
import { connectPair, trickle } from "../testing/pair.ts";

const OWN = { transport: "own", bindAddress: "127.0.0.1" } as const;
const open: PeerConnection[] = [];
afterEach(() => open.splice(0).forEach((connection) => connection.close()));

const ended = (connection: PeerConnection): Promise<unknown> =>
  new Promise((resolve) => {
    connection.onconnectionstatechange = () => connection.connectionState === "closed" && resolve(undefined);
  });

test("the other side's close is the reason, which is known before the channels are closed; this side's close has none", async () => {
  const { offerer, answerer, far } = await connectPair(OWN);
  open.push(offerer, answerer);
  expect([offerer.endReason, answerer.endReason]).toEqual([undefined, undefined]);
  let atClose: string | undefined;
  far.onclose = () => (atClose = answerer.endReason);
  const over = ended(answerer);
  offerer.close();
  await over;
  expect([offerer.endReason, answerer.endReason, atClose]).toEqual([
    undefined,
    "peer-aborted: user-initiated abort",
    "peer-aborted: user-initiated abort",
  ]);
});

test("a remote with another certificate than its description names is the reason", async () => {
  const [offerer, answerer] = [createPeerConnection(OWN), createPeerConnection(OWN)];
  open.push(offerer, answerer);
  trickle(offerer, answerer);
  offerer.createDataChannel("x");
  const offer = await offerer.createOffer();
  await offerer.setLocalDescription(offer);
  await answerer.setRemoteDescription(offer);
  await answerer.setLocalDescription(await answerer.createAnswer());
  const over = ended(offerer);
  const sdp = answerer.localDescription?.sdp ?? "";
  await offerer.setRemoteDescription({ type: "answer", sdp: sdp.replace(/(fingerprint:sha-256 )../u, "$100") });
  await over;
  expect(offerer.endReason).toMatch(/^DTLS: .*certificate/u);
});

test("a remote that opens too many channels is the reason", async () => {
  const { offerer, answerer } = await connectPair(OWN);
  open.push(offerer, answerer);
  const over = ended(answerer);
  for (let count = 0; count < 20; count++) offerer.createDataChannel(`more ${count}`);
  await over;
  expect(answerer.endReason).toMatch(/^protocol-violation: .*channels/u);
});

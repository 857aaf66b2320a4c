import fc from "fast-check";
import { afterEach, expect, test } from "vitest";

import { createForwarder, mendRequest, mendResponse, RelayDetours } from "./relay-detour.ts";
import { readSignedStun, signAgain, StunAttribute } from "./stun-message.ts";
import { RFC5769_PASSWORD as PASSWORD, RFC5769_REQUEST, RFC5769_RESPONSE } from "../testing/stun-vectors.ts";

const RELAYED = { address: "192.0.2.9", port: 50_000 };
const LIBRARY = { address: "127.0.0.1", port: 40_000 };
const open: RelayDetours[] = [];
afterEach(() => open.splice(0).forEach((detours) => detours.close()));

/** A check as Chromium sends it over TURN by TCP. */
function zeroCheck(): Buffer {
  const bytes = Buffer.from(RFC5769_REQUEST);
  const message = readSignedStun(bytes, PASSWORD);
  message?.attributes.get(StunAttribute.ICE_CONTROLLED)?.fill(0);
  return signAgain(bytes, message?.integrityAt ?? 0, PASSWORD);
}

const tieBreaker = (bytes: Buffer): bigint | undefined =>
  readSignedStun(bytes, PASSWORD)?.attributes.get(StunAttribute.ICE_CONTROLLED)?.readBigUInt64BE();

test("a check with the tie-breaker 0 gets another one, signed with our password", () => {
  expect(tieBreaker(zeroCheck())).toBe(0n);
  expect(tieBreaker(mendRequest(zeroCheck(), PASSWORD))).toBe(1n);
});

test("L-12: nothing is signed that was not signed before, and everything else is unchanged", () => {
  const forged = zeroCheck();
  forged[forged.length - 10]! ^= 1;
  for (const bytes of [forged, RFC5769_REQUEST, RFC5769_RESPONSE, Buffer.from("DTLS or so")]) {
    const before = Buffer.from(bytes);
    expect(mendRequest(bytes, PASSWORD)).toEqual(before);
  }
});

test("no bytes make it throw", () => {
  const vector = fc.constantFrom(RFC5769_REQUEST, RFC5769_RESPONSE);
  const mutated = fc
    .tuple(vector, fc.array(fc.tuple(fc.nat(95), fc.nat(255)), { maxLength: 8 }), fc.nat(110))
    .map(([bytes, changes, length]) => {
      const copy = Buffer.from(bytes);
      for (const [at, value] of changes) if (at < copy.length) copy[at] = value;
      return copy.subarray(0, length);
    });
  const any = fc.oneof(
    mutated,
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  );
  fc.assert(
    fc.property(any, (bytes) => void [mendRequest(bytes, PASSWORD), mendResponse(bytes, PASSWORD, RELAYED)]),
    { numRuns: 5000 },
  );
});

test("an answer has the relayed address as the check's, not the detour's", () => {
  const answer = mendResponse(Buffer.from(RFC5769_RESPONSE), PASSWORD, RELAYED);
  const back = mendResponse(Buffer.from(answer), PASSWORD, { address: "192.0.2.1", port: 32_853 });
  expect(answer).not.toEqual(RFC5769_RESPONSE);
  expect(back).toEqual(RFC5769_RESPONSE);
  expect(mendResponse(Buffer.from("DTLS or so"), PASSWORD, RELAYED)).toEqual(Buffer.from("DTLS or so"));
});

test("only datagrams between the library and the relayed address are forwarded", () => {
  const sent: [string, number][] = [];
  const forward = createForwarder(
    RELAYED,
    () => PASSWORD,
    (bytes, { port }) => sent.push([bytes.toString(), port]),
  );
  forward(Buffer.from("early"), RELAYED);
  forward(Buffer.from("stranger"), { address: "198.51.100.1", port: 1 });
  forward(Buffer.from("out"), LIBRARY);
  forward(Buffer.from("another program"), { ...LIBRARY, port: 1 });
  forward(Buffer.from("another port"), { ...RELAYED, port: 1 });
  forward(Buffer.from("in"), RELAYED);
  expect(sent).toEqual([
    ["out", RELAYED.port],
    ["in", LIBRARY.port],
  ]);
});

test("each relayed IPv4 address gets a detour of lower priority, up to four", async () => {
  const added: string[] = [];
  const detours = new RelayDetours({ addCandidate: (candidate) => added.push(candidate), password: () => PASSWORD });
  open.push(detours);
  detours.add("candidate:1 1 UDP 2122260223 192.0.2.9 50000 typ host");
  detours.add("candidate:1 1 UDP 16785407 2001:db8::1 50000 typ relay");
  detours.add("candidate:1 1 UDP 16785407 127.0.0.1 50000 typ relay");
  for (let port = 1; port <= 6; port++) detours.add(`candidate:1 1 UDP 16785407 192.0.2.9 ${port} typ relay`);
  await expect.poll(() => added.length).toBe(4);
  expect(added[0]).toMatch(/^candidate:\w+ 1 UDP 16785406 127\.0\.0\.1 \d+ typ relay$/);
});

test("a detour that is not open yet when the connection closes adds no candidate", async () => {
  const added: string[] = [];
  const detours = new RelayDetours({ addCandidate: (candidate) => added.push(candidate), password: () => PASSWORD });
  detours.add("candidate:1 1 UDP 16785407 192.0.2.9 50000 typ relay");
  detours.close();
  detours.add("candidate:1 1 UDP 16785407 192.0.2.9 50001 typ relay");
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(added).toEqual([]);
});

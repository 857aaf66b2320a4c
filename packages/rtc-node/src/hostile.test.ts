import fc from "fast-check";
import { afterEach, expect, test } from "vitest";

import { createPeerConnection, openConnections } from "./index.ts";
import { connectPair, passesMessages, trickle, TRANSPORTS } from "./testing/pair.ts";
import { CHROMIUM_OFFER, FIREFOX_OFFER, PION_OFFER } from "./testing/real-offers.ts";

/** Number of mutated descriptions and candidate lists. Seeded, so that each run tries the same ones. */
const RUNS = 400;
const SEED = 20_261_121;
const FUZZ_TIMEOUT_MS = 60_000;

afterEach(() => expect(openConnections()).toBe(0));

/** Text that tends to break parsers. */
const nasty = fc.oneof(
  fc.constantFrom(
    "",
    "0",
    "-1",
    "4294967296",
    "99999999999999999999999",
    "\u0000",
    "\r\n",
    "%s%n",
    "::",
    "a=",
    "m=application",
    "x".repeat(3_000),
  ),
  fc.string({ maxLength: 40, unit: "binary" }),
);

/** One change to an SDP: a line is dropped, doubled, swapped or inserted, or its value replaced. */
const mutation = fc.oneof(
  fc.record({ kind: fc.constant("drop"), at: fc.nat() }),
  fc.record({ kind: fc.constant("double"), at: fc.nat() }),
  fc.record({ kind: fc.constant("swap"), at: fc.nat(), with: fc.nat() }),
  fc.record({ kind: fc.constant("value"), at: fc.nat(), text: nasty }),
  fc.record({ kind: fc.constant("insert"), at: fc.nat(), text: nasty }),
);

type Mutation = { kind: string; at: number; with?: number; text?: string };

function mutate(sdp: string, change: Mutation): string {
  const lines = sdp.split("\r\n");
  const at = change.at % lines.length;
  const line = lines[at] ?? "";
  if (change.kind === "drop") lines.splice(at, 1);
  else if (change.kind === "double") lines.splice(at, 0, line);
  else if (change.kind === "insert") lines.splice(at, 0, `a=${change.text}`);
  else if (change.kind === "value") lines[at] = line.replace(/[:= ].*$/u, (rest) => rest[0] + (change.text ?? ""));
  else [lines[at], lines[(change.with ?? 0) % lines.length]] = [lines[(change.with ?? 0) % lines.length] ?? "", line];
  return lines.join("\r\n");
}

const hostileSdp = fc
  .record({
    base: fc.constantFrom(CHROMIUM_OFFER, FIREFOX_OFFER, PION_OFFER),
    changes: fc.array(mutation as fc.Arbitrary<Mutation>, { minLength: 1, maxLength: 4 }),
  })
  .map(({ base, changes }) => changes.reduce(mutate, base));

const hostileCandidate = fc.oneof(
  nasty,
  nasty.map((text) => `candidate:${text}`),
  fc
    .tuple(nasty, fc.nat(70_000), fc.constantFrom("host", "srflx", "prflx", "relay", "x"))
    .map(([text, port, type]) => `candidate:1 1 udp ${port} 192.0.2.1 ${port} typ ${type} ${text}`),
  fc.ipV6().map((address) => `candidate:1 1 udp 1 ${address} 9 typ host`),
);

/** Whether the call rejects with an expected error; any other error fails the test. */
async function refusedByName(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return false;
  } catch (error) {
    expect((error as Error).name).toMatch(/^(RtcError|RtcNodeError)$/u);
    return true;
  }
}

test.each(TRANSPORTS)(
  "no hostile description or candidate ends the process, and a connection works after hundreds of them (%s)",
  { timeout: FUZZ_TIMEOUT_MS },
  async (transport) => {
    const outcomes = { refused: 0, taken: 0 };
    await fc.assert(
      fc.asyncProperty(hostileSdp, fc.array(hostileCandidate, { maxLength: 4 }), async (sdp, candidates) => {
        const connection = createPeerConnection({ transport, bindAddress: "127.0.0.1" });
        try {
          const refused = await refusedByName(connection.setRemoteDescription({ type: "offer", sdp }));
          outcomes[refused ? "refused" : "taken"]++;
          for (const candidate of candidates) await refusedByName(connection.addIceCandidate({ candidate, sdpMid: "0" }));
          if (!refused) await connection.setLocalDescription(await connection.createAnswer());
        } finally {
          connection.close();
        }
      }),
      { numRuns: RUNS, seed: SEED },
    );
    // Both outcomes must be frequent, otherwise the mutations are too strong or too weak.
    expect(outcomes.refused).toBeGreaterThan(RUNS / 10);
    expect(outcomes.taken).toBeGreaterThan(RUNS / 10);
    const pair = await connectPair({ transport });
    expect(await passesMessages(pair)).toBe(true);
    pair.offerer.close();
    pair.answerer.close();
  },
);

test.each(TRANSPORTS)("a remote with a tiny message size only makes sends fail by name (%s)", async (transport) => {
  const offerer = createPeerConnection({ transport });
  const answerer = createPeerConnection({ transport });
  trickle(offerer, answerer);
  offerer.createDataChannel("test");
  const sent = new Promise((resolve) => {
    answerer.ondatachannel = ({ channel }) => {
      channel.onopen = () => {
        try {
          channel.send(new Uint8Array(11));
        } catch (error) {
          resolve(error);
        }
      };
    };
  });
  const { type, sdp } = await offerer.createOffer();
  await offerer.setLocalDescription();
  await answerer.setRemoteDescription({ type, sdp: sdp.replace(/max-message-size:\d+/u, "max-message-size:10") });
  const answer = await answerer.createAnswer();
  await answerer.setLocalDescription(answer);
  await offerer.setRemoteDescription(answerer.localDescription ?? answer);
  expect(await sent).toMatchObject({ name: "RtcNodeError", reason: "message-too-large" });
  offerer.close();
  answerer.close();
});

test.each(TRANSPORTS)("the number of candidates is capped (%s)", async (transport) => {
  const connection = createPeerConnection({ transport, bindAddress: "127.0.0.1" });
  await connection.setRemoteDescription({ type: "offer", sdp: CHROMIUM_OFFER });
  const add = (port: number): Promise<void> => connection.addIceCandidate({ candidate: `candidate:1 1 udp 1 127.0.0.1 ${port} typ host` });
  const flood = async (): Promise<void> => {
    for (let port = 1; port < 1_000; port++) await add(port);
  };
  await expect(flood()).rejects.toMatchObject({ reason: "too-many-candidates" });
  connection.close();
});

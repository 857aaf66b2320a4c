import { createSocket } from "node:dgram";
import { once } from "node:events";

import type { PeerConnection } from "@rangecast/rtc";
import { rewriteDescription } from "@rangecast/rtc";
import { afterEach, describe, expect, test } from "vitest";

import { createPeerConnection, type NodePeerConnectionConfig, openConnections } from "../index.ts";
import { connectPair, type Pair, passesMessages, TRANSPORTS } from "../testing/pair.ts";
import { CHROMIUM_OFFER } from "../testing/real-offers.ts";

/** Ports that are probably free; otherwise the test fails with the reason. Each transport has its own, because the other one may still hold it. */
const UDP_PORTS = { native: 45_913, own: 45_914 } as const;
const SNAP_LINE = "a=sctp-init:AQAAHmpJrOkAUAAA/////6M/5BbAAAAEgAgABoLA";

const open: PeerConnection[] = [];
const opened = (pair: Pair): Pair => {
  open.push(pair.offerer, pair.answerer);
  return pair;
};
const create = (config: NodePeerConnectionConfig): PeerConnection => {
  const connection = createPeerConnection(config);
  open.push(connection);
  return connection;
};

afterEach(() => {
  for (const connection of open.splice(0)) connection.close();
  expect(openConnections()).toBe(0);
});

/** Local candidates as they are raised, and null. */
function raised(connection: PeerConnection): (string | undefined | null)[] {
  const events: (string | undefined | null)[] = [];
  connection.onicecandidate = ({ candidate }) => events.push(candidate && candidate.toJSON().candidate);
  return events;
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));
const candidatesIn = (connection: PeerConnection): RegExpMatchArray | null =>
  connection.localDescription?.sdp.match(/^a=candidate.*$/gmu) ?? null;

describe.each(TRANSPORTS)("with the transport %s,", (transport) => {
  describe("calls", () => {
    test("of a second negotiation are refused by name", async () => {
      const { offerer, answerer } = opened(await connectPair({ transport }));
      await expect(offerer.createOffer()).rejects.toMatchObject({ reason: "wrong-state" });
      // `own` takes a later offer for a restart of ICE, if it is one.
      const again = answerer.setRemoteDescription({ type: "offer", sdp: offerer.localDescription?.sdp ?? "" });
      await expect(again).rejects.toMatchObject({ reason: transport === "own" ? "not-a-restart" : "wrong-state" });
    });

    test("out of order are refused; a native library would abort the process", async () => {
      const connection = create({ transport });
      await expect(connection.createAnswer()).rejects.toMatchObject({ reason: "wrong-state" });
      await expect(connection.createOffer()).rejects.toMatchObject({ reason: "wrong-state" });
      await expect(connection.setLocalDescription({ type: "answer", sdp: "" })).rejects.toMatchObject({ reason: "wrong-state" });
      await expect(connection.addIceCandidate({ candidate: "candidate:1 1 udp 1 192.0.2.1 9 typ host" })).rejects.toMatchObject({
        reason: "wrong-state",
      });
      await connection.addIceCandidate({ candidate: "" });
    });
  });

  test("each connection has a certificate of its own (RFC 8844, 3.1)", async () => {
    const [first, second] = [opened(await connectPair({ transport })), opened(await connectPair({ transport }))];
    const sides = [first.offerer, first.answerer, second.offerer, second.answerer];
    const fingerprints = sides.map(({ localDescription }) => /^a=fingerprint:sha-256 (\S+)/mu.exec(localDescription?.sdp ?? "")?.[1]);
    expect(new Set(fingerprints).size).toBe(sides.length);
    expect(fingerprints).not.toContain(undefined);
  });

  describe("candidates", () => {
    test("of an offerer are not raised before its description is set, and end with null", async () => {
      const [offerer, answerer] = [create({ transport }), create({ transport })];
      offerer.createDataChannel("x");
      const events = raised(offerer);
      const offer = await offerer.createOffer();
      await settle();
      expect([events, offer.sdp.includes("a=candidate"), offerer.localDescription]).toEqual([[], false, null]);
      await offerer.setLocalDescription(offer);
      await answerer.setRemoteDescription(offer);
      const answer = await answerer.createAnswer();
      await answerer.setLocalDescription(answer);
      await offerer.setRemoteDescription(answer);
      await expect.poll(() => events.at(-1)).toBe(null);
      expect(events.length).toBeGreaterThan(1);
      expect(events.slice(0, -1).every((candidate) => candidate?.startsWith("candidate:"))).toBe(true);
      expect(candidatesIn(offerer)).toEqual(events.slice(0, -1).map((candidate) => `a=${candidate}`));
    });

    test("of an answerer are raised once its description is set, which contains them", async () => {
      const [offerer, answerer] = [create({ transport }), create({ transport })];
      offerer.createDataChannel("x");
      const events = raised(answerer);
      await answerer.setRemoteDescription(await offerer.createOffer());
      const answer = await answerer.createAnswer();
      expect([answer.sdp.includes("a=candidate"), answerer.localDescription, events]).toEqual([false, null, []]);
      await answerer.setLocalDescription(answer);
      expect(answerer.localDescription?.sdp).toContain("a=candidate");
      await expect.poll(() => events.at(-1)).toBe(null);
    });

    test("can share one UDP port among many connections", async () => {
      const udpPort = UDP_PORTS[transport];
      const ports = new Set<string | undefined>();
      for (let count = 0; count < 3; count++) {
        const pair = opened(await connectPair({ transport }, { transport, udpPort }));
        for (const line of candidatesIn(pair.answerer) ?? []) ports.add(/^a=candidate:\S+ 1 UDP \d+ \S+ (\d+)/iu.exec(line)?.[1]);
        expect(await passesMessages(pair)).toBe(true);
      }
      expect([...ports]).toEqual([String(udpPort)]);
    });

    test("use only the bind address", async () => {
      const pair = opened(await connectPair({ transport, bindAddress: "127.0.0.1" }));
      expect(candidatesIn(pair.offerer)).toEqual([expect.stringContaining(" 127.0.0.1 ")]);
      expect(await passesMessages(pair)).toBe(true);
    });
  });
});

describe("what differs by intent", () => {
  // libdatachannel only withholds its host candidates, and would still show our address. The agent of `own` sends nothing from another address.
  test("relay only is refused by native, and own then has no candidates of this machine", async () => {
    expect(() => createPeerConnection({ transport: "native", iceTransportPolicy: "relay" })).toThrow(
      expect.objectContaining({ reason: "relay-only-unsupported" }),
    );
    const connection = create({ transport: "own", iceTransportPolicy: "relay" });
    connection.createDataChannel("x");
    const events = raised(connection);
    await connection.setLocalDescription();
    await expect.poll(() => events).toEqual([null]);
    expect(candidatesIn(connection)).toBe(null);
  });

  test("ICE can't be restarted by native", async () => {
    const { offerer } = opened(await connectPair({ transport: "native" }));
    await expect(offerer.createOffer({ iceRestart: true })).rejects.toMatchObject({ reason: "ice-restart-unsupported" });
  });

  // libdatachannel starts ICE before it has stored the answer's fingerprint (see #releaseCandidates). `own` has no such race, and a remote that learns its
  // candidates earlier connects earlier.
  test("an offerer's candidates are raised after the answer by native, and at once by own", async () => {
    for (const transport of TRANSPORTS) {
      const [offerer, answerer] = [create({ transport }), create({ transport })];
      offerer.createDataChannel("x");
      const events = raised(offerer);
      const offer = await offerer.createOffer();
      await offerer.setLocalDescription(offer);
      await answerer.setRemoteDescription(offer);
      await answerer.setLocalDescription(await answerer.createAnswer());
      await settle();
      expect([events.at(-1) === null, candidatesIn(offerer) !== null]).toEqual(transport === "own" ? [true, true] : [false, false]);
      if (transport === "native") expect(events).toEqual([]);
    }
  });

  // libdatachannel opens its socket with the first channel. `own` opens it when the local description is set, as a browser does, without blocking.
  test("a bind address that isn't ours fails by name when native creates a channel", () => {
    const connection = create({ transport: "native", bindAddress: "203.0.113.1" });
    expect(() => connection.createDataChannel("x")).toThrow(expect.objectContaining({ reason: "no-socket" }));
    expect(connection.connectionState).toBe("closed");
  });

  test("a bind address that isn't ours, or a port in use, fails by name when own sets its description", async () => {
    const occupant = createSocket("udp4").bind(0, "127.0.0.1");
    await once(occupant, "listening");
    try {
      const { port: udpPort } = occupant.address();
      for (const config of [{ bindAddress: "203.0.113.1" }, { bindAddress: "127.0.0.1", udpPort }]) {
        const [offerer, answerer] = [create({ transport: "own", ...config }), create({ transport: "own", ...config })];
        offerer.createDataChannel("x");
        await answerer.setRemoteDescription({ type: "offer", sdp: CHROMIUM_OFFER });
        for (const connection of [offerer, answerer]) {
          await expect(connection.setLocalDescription()).rejects.toMatchObject({ name: "RtcNodeError", reason: "no-socket" });
          expect(connection.connectionState).toBe("closed");
        }
      }
    } finally {
      occupant.close();
    }
  });
});

/** The answer to Chromium's offer with more lines, as created and as set. */
async function answersTo(connection: PeerConnection, lines: readonly string[]): Promise<{ type: string; sdp: string }[]> {
  const sdp = CHROMIUM_OFFER.replace("m=", "a=cryptex\r\nm=") + lines.map((line) => `${line}\r\n`).join("");
  await connection.setRemoteDescription({ type: "offer", sdp });
  const answer = await connection.createAnswer();
  await connection.setLocalDescription(answer);
  return [answer, connection.localDescription ?? answer];
}

describe("S-6 and S-8: the answer to an offer", () => {
  test.each(TRANSPORTS)("has known lines, and echoes no others (%s)", async (transport) => {
    for (const description of await answersTo(create({ transport, bindAddress: "127.0.0.1" }), [SNAP_LINE, "a=unknown:1"])) {
      expect(description).toEqual(rewriteDescription(description as never));
      expect(description.sdp).not.toMatch(/unknown|cryptex/u);
      expect(description.sdp).not.toContain(SNAP_LINE);
      // libdatachannel doesn't know SNAP; own has an INIT chunk of its own.
      expect(description.sdp.includes("a=sctp-init:")).toBe(transport === "own");
    }
  });

  test.each([
    ["none", []],
    ["a malformed one", ["a=sctp-init:AQAA"]],
    ["one with a tag of 0", ["a=sctp-init:AQAAHgAAAAAAUAAA/////6M/5BbAAAAEgAgABoLA"]],
  ])("has no INIT chunk if the offer has %s", async (_what, lines) => {
    for (const { sdp } of await answersTo(create({ transport: "own", bindAddress: "127.0.0.1" }), lines)) {
      expect(sdp).not.toContain("sctp-init");
    }
  });
});

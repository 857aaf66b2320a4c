import { createHash } from "node:crypto";
import { type DataChannelDescription, parseDescription, selectedPath, type SessionDescription, writeDescription } from "@rangecast/rtc";
import { afterEach, describe, expect, test } from "vitest";

import { createPeerConnection, openConnections } from "../index.ts";
import { connectPair, negotiate, type Pair, passesMessages, trickle } from "../testing/pair.ts";

const OWN = { transport: "own", bindAddress: "127.0.0.1" } as const;
/** Of what flows in each direction while ICE restarts, bytes, and in how many messages. */
const MESSAGE_BYTES = 16_384;
const MESSAGES = 100;
const QUEUE_BYTES = 256 * 1024;

const open: Pair[] = [];
afterEach(() => {
  for (const { offerer, answerer } of open.splice(0)) {
    offerer.close();
    answerer.close();
  }
  expect(openConnections()).toBe(0);
});

async function connected(): Promise<Pair> {
  const pair = await connectPair(OWN);
  open.push(pair);
  return pair;
}

/** Negotiates a restart. The answer contains the answerer's candidates. */
async function restart({ offerer, answerer }: Pair): Promise<void> {
  const offer = await offerer.createOffer({ iceRestart: true });
  await offerer.setLocalDescription(offer);
  await answerer.setRemoteDescription(offer);
  const answer = await answerer.createAnswer();
  await answerer.setLocalDescription(answer);
  await offerer.setRemoteDescription(answerer.localDescription ?? answer);
}

const portsOf = async ({ offerer, answerer }: Pair): Promise<(number | undefined)[]> => {
  const ports: (number | undefined)[] = [];
  for (const connection of [offerer, answerer]) {
    (await connection.getStats()).forEach((entry) => entry["type"] === "local-candidate" && ports.push(entry["port"] as number));
  }
  return ports;
};

/** Sends messages whose bytes depend on their number, as the queue has room, and calls `at` with each number. @returns the hash of what was sent */
async function send(channel: Pair["near"], seed: number, at: (message: number) => void = () => undefined): Promise<string> {
  const hash = createHash("sha256");
  channel.bufferedAmountLowThreshold = QUEUE_BYTES / 2;
  for (let count = 0; count < MESSAGES; count++) {
    at(count);
    const message = new Uint8Array(MESSAGE_BYTES).fill((seed + count) & 0xff);
    hash.update(message);
    channel.send(message);
    if (channel.bufferedAmount > QUEUE_BYTES) await new Promise((resolve) => (channel.onbufferedamountlow = resolve));
  }
  return hash.digest("hex");
}

function received(channel: Pair["near"]): Promise<string> {
  const hash = createHash("sha256");
  let left = MESSAGES;
  return new Promise((resolve) => {
    channel.onmessage = ({ data }) => {
      hash.update(new Uint8Array(data as ArrayBuffer));
      if (--left === 0) resolve(hash.digest("hex"));
    };
  });
}

describe("an ICE restart", () => {
  test("moves to other ports; the channel stays open, and no state but connected is reported", async () => {
    const pair = await connected();
    const before = await portsOf(pair);
    const states: string[] = [];
    for (const connection of [pair.offerer, pair.answerer]) {
      connection.onconnectionstatechange = () => states.push(connection.connectionState);
    }
    for (let round = 0; round < 3; round++) {
      await restart(pair);
      await expect.poll(async () => (await portsOf(pair)).some((port) => before.includes(port))).toBe(false);
      before.push(...(await portsOf(pair)));
      expect(await passesMessages(pair)).toBe(true);
    }
    expect([states, pair.near.readyState, pair.far.readyState]).toEqual([[], "open", "open"]);
    expect(selectedPath(await pair.offerer.getStats())).toMatchObject({ kind: "direct" });
  });

  test("loses and repeats no byte of what flows in both directions", async () => {
    const pair = await connected();
    const before = await portsOf(pair);
    const arrivals = [received(pair.near), received(pair.far)];
    let restarting: Promise<void> | undefined;
    const restartAt = (count: number): void => {
      if (count === MESSAGES / 4) restarting = restart(pair);
    };
    const sent = [send(pair.far, 7), send(pair.near, 3, restartAt)];
    expect(await Promise.all(arrivals)).toEqual(await Promise.all(sent));
    await restarting;
    await expect.poll(async () => (await portsOf(pair)).some((port) => before.includes(port))).toBe(false);
  });

  test("that is never answered, or whose answer is refused, leaves everything as it was, and may be repeated", async () => {
    const pair = await connected();
    const lost = await pair.offerer.createOffer({ iceRestart: true });
    expect(pair.offerer.localDescription).toBeNull();
    await pair.offerer.setLocalDescription(lost);
    expect(await passesMessages(pair)).toBe(true);
    await expect(pair.offerer.setRemoteDescription({ type: "answer", sdp: "v=0" })).rejects.toMatchObject({ reason: "bad-description" });
    expect(await passesMessages(pair)).toBe(true);
    await restart(pair);
    expect(await passesMessages(pair)).toBe(true);
    expect([pair.offerer.connectionState, pair.answerer.connectionState]).toEqual(["connected", "connected"]);
  });

  test("that reaches nobody leaves the path before in use", async () => {
    const pair = await connected();
    const offer = await pair.offerer.createOffer({ iceRestart: true });
    await pair.offerer.setLocalDescription(offer);
    // The answerer gets another one's credentials: it answers no check, and its own are not answered.
    const other = changed(offer, { iceUfrag: "another", icePwd: "a+password+of+22+chars+or+more", candidates: [] });
    await pair.answerer.setRemoteDescription(other);
    const answer = await pair.answerer.createAnswer();
    await pair.answerer.setLocalDescription(answer);
    await pair.offerer.setRemoteDescription(pair.answerer.localDescription ?? answer);
    expect(await passesMessages(pair)).toBe(true);
    expect([pair.offerer.connectionState, pair.answerer.connectionState]).toEqual(["connected", "connected"]);
  });

  test("has candidates of its own, which are raised once its description is set, and end with null", async () => {
    const pair = await connected();
    const events: (string | null)[] = [];
    pair.offerer.onicecandidate = ({ candidate }) => events.push(candidate && (candidate.toJSON().candidate ?? ""));
    const first = pair.offerer.localDescription?.sdp ?? "";
    const offer = await pair.offerer.createOffer({ iceRestart: true });
    expect(events).toEqual([]);
    await pair.offerer.setLocalDescription(offer);
    await expect.poll(() => events.at(-1)).toBeNull();
    expect(events.length).toBeGreaterThan(1);
    for (const line of events) if (line !== null) expect(first).not.toContain(line);
  });

  test("refuses candidates of the generation before", async () => {
    const pair = await connected();
    const before = parseDescription(pair.offerer.localDescription ?? { type: "offer", sdp: "" });
    const candidate = { candidate: before.candidates[0] ?? "", usernameFragment: before.iceUfrag };
    await pair.answerer.addIceCandidate(candidate);
    await restart(pair);
    await expect(pair.answerer.addIceCandidate(candidate)).rejects.toMatchObject({ reason: "useless-candidate" });
  });

  test("comes from the side that made the first offer, and after the first negotiation is an ordinary offer", async () => {
    const pair = await connected();
    await expect(pair.answerer.createOffer({ iceRestart: true })).rejects.toMatchObject({ reason: "wrong-state" });
    const [offerer, answerer] = [createPeerConnection(OWN), createPeerConnection(OWN)];
    open.push({ ...pair, offerer, answerer });
    trickle(offerer, answerer);
    const near = offerer.createDataChannel("test");
    expect((await offerer.createOffer({ iceRestart: true })).sdp).toBe((await offerer.createOffer()).sdp);
    await negotiate(offerer, answerer);
    await expect.poll(() => near.readyState).toBe("open");
    pair.offerer.close();
    pair.answerer.close();
  });
});

/** A description with some values changed. */
function changed({ type, sdp }: SessionDescription, values: Partial<DataChannelDescription>): SessionDescription {
  return { type, sdp: writeDescription({ ...parseDescription({ type, sdp }), ...values }) };
}

describe("a later description that changes more than ICE is refused, and nothing changes", () => {
  const hostile: readonly (readonly [string, Partial<DataChannelDescription>])[] = [
    ["another fingerprint", { fingerprint: Array<string>(32).fill("AB").join(":") }],
    ["another data section", { mid: "other" }],
    ["another port of SCTP", { sctpPort: 5001 }],
    ["the same ufrag", { iceUfrag: "" }],
    ["the same password", { icePwd: "" }],
  ];

  test.each(hostile)("an offer with %s", async (_name, values) => {
    const pair = await connected();
    const before = parseDescription(pair.offerer.localDescription ?? { type: "offer", sdp: "" });
    const own = pair.answerer.localDescription;
    const offer = await pair.offerer.createOffer({ iceRestart: true });
    const same = "iceUfrag" in values ? { iceUfrag: before.iceUfrag } : "icePwd" in values ? { icePwd: before.icePwd } : values;
    await expect(pair.answerer.setRemoteDescription(changed(offer, same))).rejects.toMatchObject({ reason: "not-a-restart" });
    expect(pair.answerer.localDescription).toEqual(own);
    await expect(pair.answerer.createAnswer()).rejects.toMatchObject({ reason: "wrong-state" });
    expect(await passesMessages(pair)).toBe(true);
  });

  test.each([...hostile, ["another role in DTLS", { setup: "passive" }] as const])("an answer with %s", async (_name, values) => {
    const pair = await connected();
    const before = parseDescription(pair.answerer.localDescription ?? { type: "answer", sdp: "" });
    const offer = await pair.offerer.createOffer({ iceRestart: true });
    await pair.offerer.setLocalDescription(offer);
    await pair.answerer.setRemoteDescription(offer);
    const answer = await pair.answerer.createAnswer();
    await pair.answerer.setLocalDescription(answer);
    const same = "iceUfrag" in values ? { iceUfrag: before.iceUfrag } : "icePwd" in values ? { icePwd: before.icePwd } : values;
    await expect(pair.offerer.setRemoteDescription(changed(answer, same))).rejects.toMatchObject({ reason: "not-a-restart" });
    expect(await passesMessages(pair)).toBe(true);
    await pair.offerer.setRemoteDescription(answer);
    expect(await passesMessages(pair)).toBe(true);
  });

  test("an answer to nothing, and an offer to the side that offers", async () => {
    const pair = await connected();
    const answer = pair.answerer.localDescription ?? { type: "answer", sdp: "" };
    const offer = pair.offerer.localDescription ?? { type: "offer", sdp: "" };
    await expect(pair.offerer.setRemoteDescription(answer)).rejects.toMatchObject({ reason: "wrong-state" });
    await expect(pair.offerer.setRemoteDescription(offer)).rejects.toMatchObject({ reason: "wrong-state" });
    await expect(pair.answerer.setRemoteDescription(answer)).rejects.toMatchObject({ reason: "wrong-state" });
    await expect(pair.answerer.setRemoteDescription(offer)).rejects.toMatchObject({ reason: "not-a-restart" });
    expect(await passesMessages(pair)).toBe(true);
  });
});

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { SignalError } from "@rangecast/signal";
import { describe, expect, test, vi } from "vitest";
import { runStream } from "./run-stream.ts";
import { FakePeer } from "@rangecast/testkit/fakes/fake-peer";
import { candidatePayload, offerPayload, offerSdp, withLines } from "../testing/offers.ts";
import { fakeSdp } from "@rangecast/testkit/fakes/fake-sdp";
import { FakeSignals } from "@rangecast/testkit/fakes/fake-signals";
import { settle } from "@rangecast/testkit/settle";
import { give, streamBench, until } from "../testing/stream-bench.ts";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";

const SNAP_OFFER = "a=sctp-init:AQAAHmpJrOkAUAAA/////6M/5BbAAAAEgAgABoLA";
const SNAP_ANSWER = "a=sctp-init:AQAAHlAR6TgAUAAA/////4NcVhPAAAAEgAgABoLA";

describe("A-7: a stream is refused at once, by name, before anything is started", () => {
  test.each<[string, string, { sessionId?: string; filePath?: string; iceServers?: { urls: string }[] }]>([
    ["an empty session id", "no-session-id", { sessionId: "" }],
    ["an empty path", "no-path", { filePath: "" }],
    ["a file that isn't there", "cannot-open", { filePath: "missing.mp4" }],
    ["a folder", "not-a-file", { filePath: "folder" }],
    ["a malformed ICE server", "bad-ice-server", { iceServers: [{ urls: "http://stun.example" }] }],
    ["a TURN server without credentials", "bad-ice-server", { iceServers: [{ urls: "turn:turn.example" }] }],
  ])("for %s", async (_what, reason, given) => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "folder"));
    const filePath = given.filePath === "" ? "" : join(folder, given.filePath ?? "folder");
    const signals = new FakeSignals();
    const createPeerConnection = vi.fn(() => new FakePeer());
    const running = runStream({ sessionId: "session", signals, createPeerConnection, ...given, filePath });
    await expect(running).rejects.toMatchObject({ name: "StreamError", reason });
    expect(signals.reading).toBe(false);
    expect(createPeerConnection).not.toHaveBeenCalled();
  });
});

test("A-7: a declared size that differs from the real one is a warning", async () => {
  const { lines, end } = await streamBench({ declaredSize: 99 });
  expect(lines).toContainEqual({
    level: "warn",
    message: expect.stringContaining("declared size"),
    fields: expect.objectContaining({ size: 100_000 }),
  });
  expect(end()).toBeUndefined();
});

test("A-7: a declared size of 0 means unknown: no warning", async () => {
  const { lines } = await streamBench({ declaredSize: 0 });
  await settle();
  expect(lines.filter(({ level }) => level === "warn")).toEqual([]);
});

test.each([undefined, "", "  "])("A-7: without a name (%j) the browser gets the file's own", async (displayName) => {
  const bench = await streamBench(displayName === undefined ? {} : { displayName });
  expect((await bench.opened()).sent[0]).toMatchObject({ type: "hello", name: "film.mp4" });
});

test("the offer is answered; the channel opens, HELLO comes first, ranges are served; it closes, and the stream reports why it ended", async () => {
  const bench = await streamBench({ displayName: "My film" });
  const channel = await bench.opened();
  expect(bench.signals.posted[0]).toEqual({ type: "answer", payload: JSON.stringify({ type: "answer", sdp: fakeSdp("answer") }) });
  expect(channel.sent[0]).toMatchObject({ type: "hello", streamId: 0, name: "My film", size: 100_000n });
  give(channel, { type: "range-req", streamId: 1, offset: 10n, length: 50_000n });
  await until(() => channel.endsOf(1).length > 0);
  expect(channel.bytesOf(1)).toEqual(Buffer.from(bench.bytes.subarray(10, 50_010)));
  channel.close();
  expect(await bench.ended).toEqual({ reason: "channel-closed", message: expect.any(String) });
  expect(bench.peer().closed).toBe(true);
  expect(bench.signals.reading).toBe(false);
  expect(bench.events[0]).toEqual({ type: "connected", path: { kind: "direct", rttMs: 50 } });
});

test("S-6: unknown lines reach neither the stack nor the browser, whatever the stack echoes", async () => {
  const unknown = ["a=ice-pacing:50", "a=unknown:1"];
  const bench = await streamBench({}, (peer) => (peer.answerSdp = withLines(fakeSdp("answer"), unknown)));
  bench.signals.give("offer", offerPayload(offerSdp(unknown).replace("m=", "a=cryptex\r\nm=")));
  await until(() => bench.signals.postedTypes.includes("answer"));
  expect(bench.peer().remoteDescription).toEqual({ type: "offer", sdp: fakeSdp("offer") });
  expect(bench.signals.posted[0]).toEqual({ type: "answer", payload: JSON.stringify({ type: "answer", sdp: fakeSdp("answer") }) });
});

test.each([
  ["answers with another", SNAP_ANSWER, [SNAP_ANSWER]],
  ["echoes the offer's, which agrees to nothing", SNAP_OFFER, []],
  ["has none", "", []],
])("S-8: a browser's INIT chunk reaches the stack; the answer has one if the stack %s", async (_what, line, answered) => {
  const bench = await streamBench({}, (peer) => (peer.answerSdp = withLines(fakeSdp("answer"), line === "" ? [] : [line])));
  bench.signals.give("offer", offerPayload(offerSdp([SNAP_OFFER])));
  await until(() => bench.signals.postedTypes.includes("answer"));
  expect(bench.peer().remoteDescription?.sdp).toBe(`${fakeSdp("offer")}${SNAP_OFFER}\r\n`);
  const sdp = fakeSdp("answer") + answered.map((each) => `${each}\r\n`).join("");
  expect(bench.signals.posted[0]).toEqual({ type: "answer", payload: JSON.stringify({ type: "answer", sdp }) });
});

test("the connection is created with the ICE servers", async () => {
  const bench = await streamBench({ iceServers: [{ urls: "stun:stun.example" }] });
  expect((await bench.answered()).config).toEqual({ iceServers: [{ urls: "stun:stun.example" }] });
});

describe("A-1: an offer that can't be used ends the session with an error that names it", () => {
  test.each([
    ["that is not JSON", "{"],
    ["not for a data channel", offerPayload("v=0\r\n")],
    ["that is an answer", JSON.stringify({ type: "answer", sdp: "v=0" })],
    ["without an SDP", JSON.stringify({ type: "offer" })],
    ["with a max-message-size that no HELLO fits", offerPayload(offerSdp(["a=max-message-size:10"]))],
  ])("%s; no peer connection is created for it", async (_what, payload) => {
    const bench = await streamBench();
    bench.signals.give("offer", payload);
    expect(await bench.ended).toMatchObject({
      reason: "bad-offer",
      message: expect.stringContaining("offer"),
      error: { name: "SessionError" },
    });
    expect(bench.peers).toEqual([]);
  });

  test("one that the stack refuses", async () => {
    const bench = await streamBench({}, (peer) => (peer.refusal = new Error("no ice-ufrag")));
    bench.signals.give("offer", offerPayload());
    expect(await bench.ended).toMatchObject({ reason: "bad-offer", message: expect.stringContaining("no ice-ufrag") });
    expect(bench.peer().closed).toBe(true);
  });
});

describe("signalling", () => {
  test("an answer from the browser, and messages that are not from the browser, are ignored", async () => {
    const bench = await streamBench();
    bench.signals.give("answer", "{}");
    bench.signals.give("offer", offerPayload(), "agent");
    bench.signals.give("bye", "", "agent");
    bench.signals.give("candidate-end");
    await settle();
    expect([bench.peers, bench.end()]).toEqual([[], undefined]);
  });

  test("A-2: malformed candidates, host names and other transports are counted and skipped; the others are added, before the offer too", async () => {
    const bench = await streamBench();
    for (const payload of ["{", '"x"', candidatePayload("x.local"), candidatePayload("192.0.2.1", "tcp"), candidatePayload("192.0.2.9")]) {
      bench.signals.give("candidate", payload);
    }
    const peer = await bench.answered();
    await settle();
    bench.signals.give("candidate", candidatePayload("192.0.2.10"));
    await settle();
    expect(peer.added.map(({ candidate }) => candidate?.split(" ")[4])).toEqual(["192.0.2.9", "192.0.2.10"]);
    expect(bench.end()).toBeUndefined();
    bench.signals.give("bye");
    await bench.ended;
    const counted = bench.lines.filter(({ message }) => message.startsWith("skipped candidates"));
    expect(counted.at(-1)?.fields).toMatchObject({ total: 4 });
  });

  test("A-2: candidates that the stack refuses are skipped, and those above the cap are not tried", async () => {
    const bench = await streamBench({}, (peer) => (peer.refusesCandidates = true));
    const peer = await bench.answered();
    const added = vi.spyOn(peer, "addIceCandidate");
    for (let count = 0; count < 400; count += 1) bench.signals.give("candidate", candidatePayload(`198.51.100.${count % 250}`));
    await until(() => added.mock.calls.length === 256);
    await settle();
    expect(added).toHaveBeenCalledTimes(256);
    expect(bench.end()).toBeUndefined();
  });

  test("A-3: the answer has the candidates gathered so far, later ones follow it, then one candidate-end", async () => {
    const bench = await streamBench({}, (peer) => (peer.gathered = ["candidate:1 1 udp 1 192.0.2.1 1 typ host"]));
    const peer = await bench.answered();
    peer.find("candidate:2 1 udp 1 192.0.2.1 2 typ srflx");
    peer.find(null);
    peer.find(null);
    expect(bench.signals.postedTypes).toEqual(["answer", "candidate", "candidate-end"]);
    expect(bench.signals.posted[0]?.payload).toContain("a=candidate:1 1 udp");
    expect(JSON.parse(bench.signals.posted[1]?.payload ?? "")).toMatchObject({
      candidate: expect.stringMatching(/^candidate:2/u),
      sdpMid: "0",
    });
  });

  test("A-3: posting never stalls gathering: candidates are queued while the relay hangs", async () => {
    const bench = await streamBench();
    bench.signals.onpost = () => new Promise(() => {});
    const peer = await bench.answered();
    for (let index = 0; index < 5; index += 1) peer.find(`candidate:${index}`);
    peer.find(null);
    expect(bench.signals.postedTypes).toEqual(["answer", ...Array.from({ length: 5 }, () => "candidate"), "candidate-end"]);
  });

  test("A-4: reading continues while the channel is open: candidates are added, and bye ends the session", async () => {
    const bench = await streamBench();
    await bench.opened();
    bench.signals.give("candidate", candidatePayload());
    await settle();
    expect(bench.peer().added).toHaveLength(1);
    bench.signals.give("bye", "tab closed");
    expect(await bench.ended).toEqual({ reason: "bye", message: "the browser left", byeReason: "tab closed" });
  });
});

describe("S-4: a relay that can't be used", () => {
  test.each(["unauthorized", "forbidden", "not-found"] as const)(
    "%s while reading ends a session that is not open, at once",
    async (reason) => {
      const bench = await streamBench();
      bench.signals.fail(new SignalError(reason, "no"));
      expect(await bench.ended).toMatchObject({ reason: "relay", error: { cause: { reason } } });
    },
  );

  test.each(["unauthorized", "forbidden", "not-found"] as const)(
    "%s while posting ends a session that is not open, at once",
    async (reason) => {
      const bench = await streamBench();
      bench.signals.onpost = () => Promise.reject(new SignalError(reason, "no"));
      bench.signals.give("offer", offerPayload());
      expect(await bench.ended).toMatchObject({ reason: "relay" });
    },
  );

  test("a candidate that is refused for another reason is a warning; for these reasons, or if it is an answer, the session ends", async () => {
    const bench = await streamBench();
    const peer = await bench.answered();
    bench.signals.onpost = () => Promise.reject(new SignalError("queue-full", "no"));
    peer.find("candidate:1");
    await settle();
    expect(bench.end()).toBeUndefined();
    bench.signals.onpost = () => Promise.reject(new SignalError("forbidden", "no"));
    peer.find("candidate:2");
    expect(await bench.ended).toMatchObject({ reason: "relay" });
    const other = await streamBench();
    other.signals.onpost = () => Promise.reject(new SignalError("refused", "no"));
    other.signals.give("offer", offerPayload());
    expect(await other.ended).toMatchObject({ reason: "relay" });
  });

  test("A-5: losing it once the channel is open doesn't end the session", async () => {
    const bench = await streamBench();
    const channel = await bench.opened();
    bench.signals.fail(new SignalError("not-found", "the relay forgot the session"));
    bench.signals.onpost = () => Promise.reject(new SignalError("not-found", "no"));
    bench.peer().find("candidate:1");
    await settle();
    expect(bench.end()).toBeUndefined();
    give(channel, { type: "ping", streamId: 3 });
    expect(channel.sent.at(-1)).toEqual({ type: "pong", streamId: 3 });
  });
});

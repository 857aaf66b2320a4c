import { rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parseLink, SignalError, verifyAnswer } from "@rangecast/signal";
import { describe, expect, test, vi } from "vitest";
import { type DaemonBench, daemonBench } from "../testing/daemon-bench.ts";
import { comeWith, type FakeViewer } from "../testing/fake-daemon-signals.ts";
import { candidatePayload, offerPayload, offerSdp } from "../testing/offers.ts";
import { fakeSdp } from "@rangecast/testkit/fakes/fake-sdp";
import { settle } from "@rangecast/testkit/settle";
import { give, until } from "../testing/stream-bench.ts";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";

const VIEWER = "AAAAAAAAAAAAAAAAAAAAAA";

/** The reasons for which the daemon dropped sessions, as logged. */
const dropped = (bench: DaemonBench): unknown =>
  bench.lines.find(({ message }) => message.startsWith("dropped sessions"))?.fields?.["reasons"];

describe("sharing", () => {
  test("returns a link with the share's id and secret, after the relay accepted it", async () => {
    const bench = await daemonBench();
    const link = parseLink(bench.share.link);
    expect(link).toMatchObject({ page: "https://relay.example", relay: "https://relay.example", shareId: bench.share.id });
    expect(bench.share).toMatchObject({ name: "film.mp4", size: 1000, mediaType: "video/mp4", path: bench.path });
    expect(bench.relay.registered).toHaveLength(1);
    expect(bench.daemon.shares).toEqual([bench.share]);
  });

  test("a device, a missing file, a file twice, too many files, or after close is refused by name", async () => {
    const bench = await daemonBench({ limits: { shares: 2 } });
    const folder = await temporaryFolder();
    for (const name of ["a", "b"]) await writeFile(join(folder, name), name);
    await expect(bench.daemon.addShare({ path: "/dev/null" })).rejects.toMatchObject({ reason: "not-a-file" });
    await expect(bench.daemon.addShare({ path: [] })).rejects.toMatchObject({ reason: "no-path" });
    await expect(bench.daemon.addShare({ path: join(folder, "missing") })).rejects.toMatchObject({ reason: "cannot-open" });
    await expect(bench.daemon.addShare({ path: bench.path })).rejects.toMatchObject({ reason: "already-shared" });
    await bench.daemon.addShare({ path: join(folder, "a") });
    await expect(bench.daemon.addShare({ path: join(folder, "b") })).rejects.toMatchObject({ reason: "too-many-shares" });
    await bench.daemon.close();
    await expect(bench.daemon.addShare({ path: join(folder, "b") })).rejects.toMatchObject({ reason: "closed" });
  });

  test("that the relay refuses leaves no share behind", async () => {
    const bench = await daemonBench();
    const path = join(await temporaryFolder(), "b");
    await writeFile(path, "b");
    bench.relay.refusal = new SignalError("refused", "no");
    await expect(bench.daemon.addShare({ path })).rejects.toThrow(SignalError);
    bench.relay.refusal = undefined;
    await bench.daemon.addShare({ path });
  });

  test("again by a restarted daemon gives the same link", async () => {
    const first = await daemonBench();
    await first.daemon.close();
    const second = await daemonBench({ store: first.store, path: first.path });
    expect(second.share.link).toBe(first.share.link);
  });
});

describe("R-6: a change of network", () => {
  test("makes the daemon reconnect to the relay: when it is called, and when the clock shows that the machine slept", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"] });
    try {
      const bench = await daemonBench();
      bench.daemon.networkChanged();
      expect(bench.relay.networkChanges).toBe(1);
      vi.setSystemTime(Date.now() + 3_600_000);
      vi.advanceTimersByTime(10_000);
      expect(bench.relay.networkChanges).toBe(2);
      await bench.daemon.close();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("X-11: an ICE restart of a sealed session", () => {
  const FEATURES = { viewer: VIEWER, features: ["ice-restart"] };

  async function openSession(offer: string): Promise<{ bench: DaemonBench; viewer: FakeViewer; features: readonly string[] }> {
    const bench = await daemonBench();
    const viewer = await comeWith(bench.relay, bench.share.link, offer);
    const { sent } = await bench.opened();
    const [hello] = sent;
    return { bench, viewer, features: hello?.type === "hello" ? (hello.announcement?.features ?? []) : [] };
  }
  const answers = (viewer: FakeViewer): number => viewer.signals.postedTypes.filter((type) => type === "answer").length;

  test("is answered with the daemon's signature for this offer, in the same session", async () => {
    const { bench, viewer, features } = await openSession(offerPayload(offerSdp(), FEATURES));
    expect(features).toContain("ice-restart");
    const again = offerPayload(offerSdp().replace(/ice-ufrag:.*/u, "ice-ufrag:again"));
    await viewer.say("offer", again);
    await until(() => answers(viewer) === 2);
    const payload = (await viewer.heard()).findLast(({ type }) => type === "answer")?.payload ?? "";
    const of = { shareId: bench.share.id, sessionId: viewer.sessionId };
    expect(await verifyAnswer({ ...of, offerText: again, payload })).toMatchObject({ type: "answer" });
    await expect(verifyAnswer({ ...of, offerText: offerPayload(offerSdp(), FEATURES), payload })).rejects.toMatchObject({
      reason: "wrong-offer",
    });
    await viewer.say("candidate", candidatePayload());
    await until(() => bench.peer().added.length === 1);
    expect([bench.peers.length, bench.daemon.sessions, bench.peer().remoteDescriptions]).toEqual([1, 1, 2]);
  });

  test("with another fingerprint, or that is no offer, changes nothing", async () => {
    const { bench, viewer } = await openSession(offerPayload(offerSdp(), FEATURES));
    await viewer.say("offer", offerPayload(offerSdp().replace(/(sha-256 )\S\S/u, "$1EE")));
    await viewer.say("offer", "nonsense");
    await settle();
    await until(() => bench.lines.filter(({ message }) => message.includes("restart could not be answered")).length === 2);
    expect([answers(viewer), bench.peer().remoteDescriptions, bench.daemon.sessions]).toEqual([1, 1, 1]);
  });

  test("is neither announced to nor answered for a browser that didn't announce it", async () => {
    const { bench, viewer, features } = await openSession(offerPayload(offerSdp(), { viewer: VIEWER }));
    expect(features).not.toContain("ice-restart");
    await viewer.say("offer", offerPayload(offerSdp()));
    await viewer.say("candidate", candidatePayload());
    await until(() => bench.peer().added.length === 1);
    expect([answers(viewer), bench.peer().remoteDescriptions]).toEqual([1, 1]);
  });
});

describe("a sealed session", () => {
  test("is answered with the proof that the share's daemon answered this offer, and then served", async () => {
    const bench = await daemonBench({ iceServers: [{ urls: "stun:own.example" }], relayIceServers: [{ urls: "stun:relay.example" }] });
    const offer = offerPayload(offerSdp(), { viewer: VIEWER });
    const viewer = await comeWith(bench.relay, bench.share.link, offer);
    await until(() => viewer.signals.postedTypes.includes("answer"));
    const [answer] = await viewer.heard();
    const verified = await verifyAnswer({
      shareId: bench.share.id,
      sessionId: viewer.sessionId,
      offerText: offer,
      payload: answer?.payload ?? "",
    });
    expect(verified).toEqual({ type: "answer", sdp: fakeSdp("answer") });
    const peer = bench.peer();
    expect(peer.config.iceServers).toEqual([{ urls: "stun:own.example" }, { urls: "stun:relay.example" }]);
    await viewer.say("candidate", candidatePayload());
    await until(() => peer.added.length === 1);
    const channel = await bench.opened();
    expect(channel.sent[0]).toMatchObject({ type: "hello", name: "film.mp4", size: 1000n });
    channel.close();
    await until(() => bench.daemon.sessions === 0);
    expect(viewer.forgotten()).toBe(true);
    expect(bench.events.map((event) => event.type)).toEqual(["viewer-joined", "viewer-left"]);
    expect(bench.events[0]).toMatchObject({ shareId: bench.share.id, viewer: VIEWER, path: { kind: "direct" } });
    expect(bench.events[1]).toMatchObject({ viewer: VIEWER, reason: "channel-closed", bytes: 0 });
  });

  test("L-3: whose offer does not open, or was sealed for another epoch, is dropped before anything is allocated", async () => {
    const bench = await daemonBench();
    const other = await daemonBench();
    const strangers = [
      await comeWith(bench.relay, bench.share.link, offerPayload(), { epoch: "AAAAAAAAAAAAAAAAAAAAAA" }),
      await comeWith(bench.relay, other.share.link.replace(other.share.id, bench.share.id), offerPayload()),
    ];
    await until(() => strangers.every((stranger) => stranger.forgotten()));
    expect([bench.peers, bench.daemon.sessions]).toEqual([[], 0]);
    expect(strangers.flatMap(({ signals }) => signals.posted)).toEqual([]);
    expect(strangers.some(({ signals }) => signals.reading)).toBe(false);
  });

  test("of an unknown share is dropped", async () => {
    const [bench, other] = [await daemonBench(), await daemonBench()];
    const stranger = await comeWith(bench.relay, other.share.link, offerPayload());
    await until(() => stranger.forgotten());
    expect(dropped(bench)).toEqual({ "unknown-share": 1 });
  });

  test("L-8: whose id was used within the epoch is a replay and dropped, also after the first session ended", async () => {
    const bench = await daemonBench();
    const viewer = await comeWith(bench.relay, bench.share.link, offerPayload());
    await until(() => viewer.signals.postedTypes.includes("answer"));
    const during = await comeWith(bench.relay, bench.share.link, offerPayload(), { sessionId: viewer.sessionId });
    await until(() => during.forgotten());
    await viewer.say("bye");
    await until(() => bench.daemon.sessions === 0);
    const after = await comeWith(bench.relay, bench.share.link, offerPayload(), { sessionId: viewer.sessionId });
    await until(() => after.forgotten());
    expect(bench.peers).toHaveLength(1);
    expect(dropped(bench)).toEqual({ replayed: 1 });
  });

  test.each([
    ["no fingerprint", offerSdp().replace(/a=fingerprint.*\r\n/u, "")],
    ["two fingerprints", offerSdp().replace(/a=fingerprint.*\r\n/u, "$&$&")],
    ["one that is not sha-256", offerSdp().replace("sha-256", "sha-1")],
    ["one of another hash function beside it", offerSdp(["a=fingerprint:sha-1 AB:CD"])],
  ])("whose offer has %s gets no peer connection", async (_what, sdp) => {
    const bench = await daemonBench();
    const viewer = await comeWith(bench.relay, bench.share.link, offerPayload(sdp));
    await until(() => viewer.forgotten());
    expect(bench.peers).toEqual([]);
  });

  test("L-10: of a file that was removed after sharing gets a bye with this reason, and the share stays", async () => {
    const bench = await daemonBench();
    await rm(bench.path);
    const viewer = await comeWith(bench.relay, bench.share.link, offerPayload());
    await until(() => viewer.forgotten());
    expect(await viewer.heard()).toEqual([{ type: "bye", payload: "gone" }]);
    await writeFile(bench.path, "back again");
    const next = await comeWith(bench.relay, bench.share.link, offerPayload());
    await until(() => next.signals.postedTypes.includes("answer"));
  });
});

describe("caps", () => {
  test("L-10: one session too many of a viewer gets a sealed bye; another viewer is accepted", async () => {
    const bench = await daemonBench({ limits: { lanesPerViewer: 2 } });
    const offer = offerPayload(offerSdp(), { viewer: VIEWER });
    const sessions: FakeViewer[] = [];
    for (let count = 0; count < 3; count += 1) sessions.push(await comeWith(bench.relay, bench.share.link, offer));
    await until(() => sessions.every(({ signals }) => signals.posted.length > 0));
    expect(sessions.map(({ signals }) => signals.postedTypes[0])).toEqual(["answer", "answer", "bye"]);
    expect(await sessions[2]?.heard()).toEqual([{ type: "bye", payload: "limit" }]);
    const other = await comeWith(bench.relay, bench.share.link, offerPayload());
    await until(() => other.signals.postedTypes.includes("answer"));
  });

  test("a pending session above the limit is dropped, and one is accepted again once another has opened", async () => {
    const bench = await daemonBench({ limits: { pendingPerShare: 2 } });
    const come = (): ReturnType<typeof comeWith> => comeWith(bench.relay, bench.share.link, offerPayload());
    const [first, second, third] = [await come(), await come(), await come()];
    await until(() => third.forgotten());
    await until(() => [first, second].every(({ signals }) => signals.postedTypes.includes("answer")));
    expect(dropped(bench)).toEqual({ "too-many-pending-of-share": 1 });
    await bench.opened();
    const fourth = await come();
    await until(() => fourth.signals.postedTypes.includes("answer"));
  });
});

describe("the end", () => {
  test("of a share ends its sessions with a goodbye that gives the reason, and its link no longer works", async () => {
    const bench = await daemonBench();
    await comeWith(bench.relay, bench.share.link, offerPayload());
    const channel = await bench.opened();
    give(channel, { type: "ping", streamId: 0, extended: true });
    await bench.daemon.removeShare(bench.share.id);
    expect(channel.sent.at(-2)).toMatchObject({ type: "goodbye", reason: "revoked" });
    expect([bench.daemon.shares, bench.daemon.sessions]).toEqual([[], 0]);
    expect((await bench.daemon.addShare({ path: bench.path })).id).not.toBe(bench.share.id);
    await expect(bench.daemon.removeShare(bench.share.id)).rejects.toMatchObject({ reason: "unknown-share" });
  });

  test("of a share that stopped keeps its path's link, and takes it back at the relay", async () => {
    const bench = await daemonBench();
    await bench.daemon.removeShare(bench.share.id, "stopped");
    expect(bench.relay.revoked).toEqual([bench.share.id]);
    expect((await bench.daemon.addShare({ path: bench.path })).link).toBe(bench.share.link);
  });

  test("of the daemon drains every session, sends goodbyes, posts bye to waiting viewers, and closes all connections", async () => {
    const bench = await daemonBench();
    await comeWith(bench.relay, bench.share.link, offerPayload());
    const channel = await bench.opened();
    give(channel, { type: "ping", streamId: 0, extended: true });
    const waiting = await comeWith(bench.relay, bench.share.link, offerPayload());
    await until(() => waiting.signals.postedTypes.includes("answer"));
    await Promise.all([bench.daemon.close(), bench.daemon.close()]);
    expect(channel.sent.at(-2)).toMatchObject({ type: "goodbye", reason: "stopped" });
    expect((await waiting.heard()).at(-1)).toEqual({ type: "bye", payload: "stopped" });
    expect(bench.peers.map(({ closed }) => closed)).toEqual([true, true]);
    expect([bench.relay.closed, bench.daemon.sessions]).toEqual([true, 0]);
  });

  test("while an offer is being opened creates no peer connection", async () => {
    const bench = await daemonBench();
    const viewer = await comeWith(bench.relay, bench.share.link, offerPayload());
    // Only as many turns as needed: the keys are derived in another thread, and are not ready yet.
    for (let turn = 0; bench.daemon.sessions === 0 && turn < 100; turn += 1) await Promise.resolve();
    expect(bench.daemon.sessions).toBe(1);
    await bench.daemon.close();
    await settle();
    expect([viewer.forgotten(), viewer.signals.posted, bench.peers]).toEqual([true, [], []]);
  });
});

test("the relay's state, and a share that it refuses later, are reported", async () => {
  const bench = await daemonBench();
  const error = new SignalError("refused", "no");
  bench.relay.options.onState?.({ online: false, error });
  bench.relay.options.onState?.({ online: true });
  bench.relay.options.onRefused?.(bench.share.id, error);
  await bench.daemon.close();
  bench.relay.options.onState?.({ online: false });
  expect(bench.events).toEqual([
    { type: "relay-offline", error },
    { type: "relay-online" },
    { type: "share-refused", shareId: bench.share.id, error },
  ]);
});

test("L-11: TURN credentials are requested again while the daemon runs", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const bench = await daemonBench({ relayIceServers: [{ urls: "turn:relay.example", username: "u", credential: "old" }] });
  bench.relay.iceServers = [{ urls: "turn:relay.example", username: "u", credential: "new" }];
  await vi.advanceTimersByTimeAsync(30 * 60_000);
  vi.useRealTimers();
  await until(() => bench.relay.registered.length === 2);
  await comeWith(bench.relay, bench.share.link, offerPayload());
  await until(() => bench.peers.length === 1);
  expect(bench.peer().config.iceServers).toEqual([{ urls: "turn:relay.example", username: "u", credential: "new" }]);
});

test("a malformed ICE server is refused at the start; one of the relay's is left out and logged", async () => {
  await expect(daemonBench({ iceServers: [{ urls: "stun:a b" }] })).rejects.toMatchObject({
    name: "DaemonError",
    reason: "bad-ice-server",
  });
  const bench = await daemonBench({ relayIceServers: [{ urls: "turn:no-credential.example" }, { urls: "stun:good.example" }] });
  await comeWith(bench.relay, bench.share.link, offerPayload());
  await until(() => bench.peers.length === 1);
  expect(bench.peer().config.iceServers).toEqual([{ urls: "stun:good.example" }]);
  expect(bench.lines).toContainEqual(expect.objectContaining({ level: "warn", message: expect.stringContaining("ICE server") }));
});

test("an empty name is replaced by the file's own", async () => {
  const bench = await daemonBench();
  await bench.daemon.removeShare(bench.share.id);
  expect((await bench.daemon.addShare({ path: bench.path, name: "" })).name).toBe(basename(bench.path));
});

test("L-9: neither link nor secret is in the log", async () => {
  const bench = await daemonBench();
  await comeWith(bench.relay, bench.share.link, offerPayload());
  await bench.opened();
  await bench.daemon.close();
  const [, secret = ""] = bench.share.link.split("#v1.");
  expect(secret.length).toBeGreaterThan(40);
  expect(JSON.stringify(bench.lines)).not.toContain(secret);
});

describe("a viewer that fails is reported", () => {
  test("with the candidates that both sides offered, mDNS names too", async () => {
    const bench = await daemonBench({ iceServers: [{ urls: "stun:own.example" }] });
    const viewer = await comeWith(bench.relay, bench.share.link, offerPayload(offerSdp(), { viewer: VIEWER }));
    await until(() => viewer.signals.postedTypes.includes("answer"));
    const peer = bench.peer();
    for (const address of ["192.168.1.2", "aaaa.local"]) await viewer.say("candidate", candidatePayload(address));
    peer.find("candidate:1 1 UDP 1 10.0.0.1 9 typ host");
    await until(() => peer.added.length === 1);
    await settle();
    peer.become("failed");
    await until(() => bench.events.length > 0);
    expect(bench.events).toMatchObject([
      {
        type: "viewer-failed",
        shareId: bench.share.id,
        viewer: VIEWER,
        reason: "connection-failed",
        diagnosis: { local: { total: 1, private: 1 }, remote: { total: 2, private: 1, mdns: 1 }, iceServers: { stun: 1, turn: 0 } },
        others: 0,
      },
    ]);
  });

  test("when it is refused because of a limit", async () => {
    const bench = await daemonBench({ limits: { pendingPerShare: 1 } });
    const [first, second] = [
      await comeWith(bench.relay, bench.share.link, offerPayload()),
      await comeWith(bench.relay, bench.share.link, offerPayload()),
    ];
    await until(() => first.signals.postedTypes.includes("answer") && second.forgotten());
    expect(bench.events).toEqual([
      { type: "viewer-failed", shareId: bench.share.id, reason: "refused", message: expect.stringContaining("wait for"), others: 0 },
    ]);
  });
});

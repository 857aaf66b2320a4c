import { SignalError } from "@rangecast/signal";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { candidate, createSessionBench, openSessionBench, settle } from "../testing/session-bench.ts";
import { MAX_CANDIDATES } from "./remote-candidates.ts";
import { ANSWER_WAIT_MS, CHANNEL_WAIT_MS, ENDED_LINGER_MS, SIGNAL_LINGER_MS } from "./session-state.ts";
import { BYE_WAIT_MS } from "./session.ts";
import { fakeSdp } from "@rangecast/testkit/fakes/fake-sdp";

/** Adds lines of SPED and unknown ones, before the media section and in it. */
const withUnknownLines = (sdp: string): string =>
  sdp
    .replace("m=application", "a=cryptex\r\nb=AS:1\r\nm=application")
    .replace("a=ice-options:trickle", "a=ice-options:trickle sped googspedv1\r\na=ice-pacing:50\r\na=unknown");

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("opening a session", () => {
  test("the browser creates one channel, reliable and ordered, and offers it", async () => {
    const { peer, signals, start } = createSessionBench();
    void start().catch(() => undefined);
    await settle();
    expect(peer.channels).toEqual([{ label: "rangecast", options: { ordered: true } }]);
    expect(signals.posted).toEqual([{ type: "offer", payload: peer.offerSdp }]);
  });

  test("answer, channel and HELLO make it open", async () => {
    const { start, answer, phases, agent } = createSessionBench();
    const started = start();
    await settle();
    await answer();
    expect((await started).size).toBe(agent.size);
    expect(phases).toEqual(["offering", "connecting", "open"]);
  });

  test("only the first answer counts", async () => {
    const { peer, signals, session } = await openSessionBench();
    signals.agent("answer", "another");
    await settle();
    expect(peer.answers.map(({ sdp }) => sdp)).toEqual([fakeSdp("answer")]);
    expect(session.channel.ready).toBe(true);
  });

  test("an offer or a bye from the agent's side is ignored", async () => {
    const { signals, session } = await openSessionBench();
    signals.agent("offer", "x");
    signals.agent("bye", "x");
    await settle();
    expect(session.channel.ready).toBe(true);
  });

  test("no answer within a bounded time is a timeout", async () => {
    const { start, peer } = createSessionBench();
    const rejected = expect(start()).rejects.toMatchObject({ name: "ClientError", reason: "timeout" });
    await vi.advanceTimersByTimeAsync(ANSWER_WAIT_MS);
    await rejected;
    expect(peer.connectionState).toBe("closed");
  });

  test("no channel within a bounded time after the answer is no-connection", async () => {
    const { start, signals } = createSessionBench();
    const rejected = expect(start()).rejects.toMatchObject({ reason: "no-connection" });
    await vi.advanceTimersByTimeAsync(ANSWER_WAIT_MS - 1);
    signals.agent("answer", fakeSdp("answer"));
    await vi.advanceTimersByTimeAsync(CHANNEL_WAIT_MS - 1);
    await vi.advanceTimersByTimeAsync(1);
    await rejected;
  });

  test("an answer that the stack refuses is no-connection", async () => {
    const { start, signals, peer } = createSessionBench();
    peer.refusal = new Error("OperationError: bad SDP");
    const rejected = expect(start()).rejects.toMatchObject({ reason: "no-connection", cause: peer.refusal });
    signals.agent("answer", fakeSdp("answer"));
    await rejected;
  });

  test("an answer that is not for a data channel is no-connection, and the stack is not given it", async () => {
    const { start, signals, peer } = createSessionBench();
    const rejected = expect(start()).rejects.toMatchObject({ reason: "no-connection", cause: { reason: "bad-description" } });
    signals.agent("answer", "v=0\r\n");
    await rejected;
    expect(peer.answers).toEqual([]);
  });

  test("S-6: lines that we don't know are neither offered nor taken from an answer, a host's candidate has no fields that we don't know", async () => {
    const { peer, signals, start } = createSessionBench();
    peer.offerSdp = withUnknownLines(fakeSdp("offer"));
    void start().catch(() => undefined);
    await settle();
    expect(signals.posted).toEqual([{ type: "offer", payload: fakeSdp("offer") }]);
    // What the stack is told of its own offer is its own.
    expect(peer.localDescription?.sdp).toBe(peer.offerSdp);
    signals.agent("answer", withUnknownLines(fakeSdp("answer")));
    signals.agent("candidate", { ...candidate("10.0.0.1"), candidate: `${candidate("10.0.0.1").candidate} generation 0 unknown 1` });
    await settle();
    expect(peer.answers).toEqual([{ type: "answer", sdp: fakeSdp("answer") }]);
    expect(peer.added).toEqual([candidate("10.0.0.1")]);
  });

  test.each(["not-found", "unauthorized", "forbidden"] as const)(
    "a session that the relay drops unanswered (%s) is a timeout",
    async (reason) => {
      const { start, signals } = createSessionBench();
      const error = new SignalError(reason, "gone");
      const rejected = expect(start()).rejects.toMatchObject({ reason: "timeout", cause: error });
      signals.fail(error);
      await rejected;
    },
  );

  test("a relay that floods before the answer is relay-unreachable", async () => {
    const { start, signals } = createSessionBench();
    const rejected = expect(start()).rejects.toMatchObject({ reason: "relay-unreachable" });
    signals.fail(new SignalError("over-cap", "a line of a gigabyte"));
    await rejected;
  });

  test("a relay that refuses the offer ends it", async () => {
    const { start, signals } = createSessionBench();
    signals.onpost = () => Promise.reject(new SignalError("busy", "429"));
    await expect(start()).rejects.toMatchObject({ reason: "busy" });
  });

  test("losing the relay after the answer does not end the session: a path may still be found", async () => {
    const { start, signals, agent } = createSessionBench();
    const started = start();
    signals.agent("answer", fakeSdp("answer"));
    await settle();
    signals.fail(new SignalError("not-found", "404"));
    await settle();
    agent.hello();
    expect((await started).size).toBe(agent.size);
  });

  test("an aborted signal closes everything and rejects with aborted, its reason as the cause", async () => {
    const { start, signals, peer } = createSessionBench();
    const controller = new AbortController();
    const started = start(controller.signal);
    await settle();
    controller.abort("enough");
    await expect(started).rejects.toMatchObject({ reason: "aborted", cause: "enough" });
    await settle();
    expect(peer.connectionState).toBe("closed");
    expect(signals.readers).toBe(0);
    expect(signals.postedTypes).toEqual(["offer", "bye"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("an unexpected error is thrown unchanged, after everything was closed", async () => {
    const { start, peer } = createSessionBench();
    const fault = new TypeError("ours");
    peer.createOffer = () => Promise.reject(fault);
    await expect(start()).rejects.toBe(fault);
    await settle();
    expect(peer.connectionState).toBe("closed");
  });
});

describe("our candidates", () => {
  test("are held until the offer is posted, and trickle after it, one candidate-end last", async () => {
    const { peer, signals, start } = createSessionBench();
    void start().catch(() => undefined);
    peer.gather(candidate("one.local"));
    expect(signals.posted).toEqual([]);
    await settle();
    peer.gather(candidate("10.0.0.1"));
    peer.gather(null);
    expect(signals.postedTypes).toEqual(["offer", "candidate", "candidate", "candidate-end"]);
    expect(signals.posted.at(-1)?.payload).toBe("");
  });

  test("a .local name is sent unchanged", async () => {
    const { peer, signals, start } = createSessionBench();
    void start().catch(() => undefined);
    await settle();
    const local = candidate("4ff2ed30-4c4c-4a10-9d2a-a4b9b0d9e8b1.local");
    peer.gather(local);
    expect(JSON.parse(signals.posted.at(-1)?.payload ?? "")).toEqual(local);
  });

  test("Firefox's empty candidate before null is no candidate, and there is one candidate-end", async () => {
    const { peer, signals, start } = createSessionBench();
    void start().catch(() => undefined);
    await settle();
    peer.gather({ candidate: "", sdpMid: "0" });
    peer.gather(null);
    expect(signals.postedTypes).toEqual(["offer", "candidate-end"]);
  });

  test("one that the relay refuses does not end the session", async () => {
    const { peer, signals, session } = await openSessionBench();
    signals.onpost = ({ type }) => (type === "candidate" ? Promise.reject(new SignalError("unreachable", "down")) : Promise.resolve());
    peer.gather(candidate("10.0.0.1"));
    await settle();
    expect(session.channel.ready).toBe(true);
  });
});

describe("the agent's candidates", () => {
  test("that come before the answer are kept until it is in", async () => {
    const { peer, signals, start, answer } = createSessionBench();
    const started = start();
    signals.agent("candidate", candidate("10.0.0.1"));
    signals.agent("candidate", candidate("10.0.0.2"));
    await settle();
    expect(peer.added).toEqual([]);
    await answer();
    await started;
    expect(peer.added).toEqual([candidate("10.0.0.1"), candidate("10.0.0.2")]);
  });

  test("candidate-end is a hint: what comes after it is used", async () => {
    const { peer, signals, start, answer } = createSessionBench();
    const started = start();
    signals.agent("candidate-end");
    signals.agent("candidate", candidate("10.0.0.1"));
    await settle();
    await answer();
    await started;
    signals.agent("candidate-end");
    signals.agent("candidate", candidate("10.0.0.2"));
    await settle();
    expect(peer.added).toEqual([candidate("10.0.0.1"), candidate("10.0.0.2")]);
  });

  test("that are malformed, or that the stack refuses, are skipped", async () => {
    const { peer, signals, session } = await openSessionBench();
    signals.agent("candidate", "no JSON");
    signals.agent("candidate", { candidate: 7 });
    signals.agent("candidate", { candidate: "" });
    await settle();
    expect(peer.added).toEqual([]);
    peer.refusesCandidates = true;
    signals.agent("candidate", candidate("unresolvable.local"));
    await settle();
    peer.refusesCandidates = false;
    signals.agent("candidate", candidate("10.0.0.9"));
    await settle();
    expect(peer.added).toEqual([candidate("10.0.0.9")]);
    expect(session.channel.ready).toBe(true);
  });

  test("a flood of them is capped", async () => {
    const { peer, signals, start, answer } = createSessionBench();
    const started = start();
    for (let count = 0; count < MAX_CANDIDATES * 10; count += 1) signals.agent("candidate", candidate(`10.0.0.${count}`));
    await settle();
    await answer();
    await started;
    expect(peer.added).toHaveLength(MAX_CANDIDATES);
  });
});

describe("an open session", () => {
  test("outlives disconnected, which only raises a doubt: a lost packet must not end a film", async () => {
    const { peer, session } = await openSessionBench();
    const health: string[] = [];
    session.channel.onHealth = (change) => health.push(change);
    peer.become("disconnected");
    expect(health).toEqual(["silent"]);
    peer.become("connected");
    expect(session.channel.ready).toBe(true);
  });

  test.each(["failed", "closed"] as const)("ends when the connection is %s, although the channel reports nothing", async (state) => {
    const { peer, session } = await openSessionBench();
    peer.become(state);
    expect((await session.channel.closed).reason).toBe(state === "failed" ? "no-connection" : "closed");
  });

  test("outlives the relay", async () => {
    const { signals, session } = await openSessionBench();
    signals.fail(new SignalError("not-found", "404"));
    await settle();
    expect(session.channel.ready).toBe(true);
  });

  test("closes the event stream some time after the channel opened", async () => {
    const { signals, session } = await openSessionBench();
    await vi.advanceTimersByTimeAsync(SIGNAL_LINGER_MS - 1);
    expect(signals.readers).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(signals.readers).toBe(0);
    expect(session.channel.state.phase).toBe("open");
  });

  test("closes it sooner once the agent has no more candidates", async () => {
    const { signals } = await openSessionBench();
    signals.agent("candidate-end");
    await vi.advanceTimersByTimeAsync(ENDED_LINGER_MS);
    expect(signals.readers).toBe(0);
  });

  test("posts its bye at close, after the event stream was closed", async () => {
    const { signals, session, peer } = await openSessionBench();
    await vi.advanceTimersByTimeAsync(SIGNAL_LINGER_MS);
    await session.close();
    await session.close();
    expect(signals.postedTypes).toEqual(["offer", "bye"]);
    expect(peer.connectionState).toBe("closed");
    expect(vi.getTimerCount()).toBe(0);
  });

  test("closes within a bound when the relay does not take the bye", async () => {
    const { signals, session } = await openSessionBench();
    signals.onpost = (_, signal) =>
      new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true }));
    const closed = session.close();
    await vi.advanceTimersByTimeAsync(BYE_WAIT_MS);
    await closed;
  });

  test("posts a bye when the agent closes the channel", async () => {
    const { signals, peer, phases } = await openSessionBench();
    peer.channel.breakOff();
    await settle();
    expect(signals.postedTypes).toEqual(["offer", "bye"]);
    expect(phases).toEqual(["offering", "connecting", "open", "closed"]);
  });

  test("reports its path", async () => {
    const { session } = await openSessionBench();
    expect(await session.path()).toEqual({ kind: "direct", rttMs: 50 });
    await session.close();
    expect(await session.path()).toBeUndefined();
  });
});

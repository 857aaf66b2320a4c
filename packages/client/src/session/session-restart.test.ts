import { SignalError } from "@rangecast/signal";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fakeSdp } from "@rangecast/testkit/fakes/fake-sdp";
import { candidate, createSessionBench, openSessionBench, type SessionBench, settle } from "../testing/session-bench.ts";
import { KEEP_SESSION_MS } from "./session.ts";
import { ENDED_LINGER_MS, SIGNAL_LINGER_MS } from "./session-state.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
describe("X-11: an ICE restart", () => {
  /** Past the time for which the first candidates are awaited. */
  async function idle(bench: SessionBench): Promise<void> {
    await vi.advanceTimersByTimeAsync(SIGNAL_LINGER_MS);
    expect(bench.signals.reading).toBe(false);
    bench.signals.posted.length = 0;
  }

  test("posts an offer, takes its answer and candidates, and closes the event stream again; the session stays open", async () => {
    const bench = await openSessionBench({ restartable: true });
    const { peer, session, signals, phases } = bench;
    await idle(bench);
    const negotiated = session.restart();
    peer.gather(candidate("ours.local"));
    await settle();
    expect([peer.restarts, signals.postedTypes, signals.reading]).toEqual([1, ["offer", "candidate"], true]);
    signals.agent("candidate", candidate("192.0.2.7"));
    await settle();
    expect(peer.added).toEqual([]);
    signals.agent("answer", "forged");
    await settle();
    signals.agent("answer", fakeSdp("answer"));
    expect(await negotiated).toBe(true);
    peer.gather(null);
    await settle();
    expect([peer.answers.length, peer.added.length, signals.postedTypes.at(-1)]).toEqual([2, 1, "candidate-end"]);
    signals.agent("candidate-end");
    await vi.advanceTimersByTimeAsync(ENDED_LINGER_MS);
    expect([signals.reading, phases.at(-1)]).toEqual([false, "open"]);
  });

  test("is not for a host that didn't announce it, a session without sealing, or a stack that can't", async () => {
    expect((await openSessionBench()).session.restart()).toBeUndefined();
    const bench = createSessionBench({ restartable: true });
    bench.peer.canRestartIce = false;
    const started = bench.start();
    expect(bench.session.restart()).toBeUndefined();
    await settle();
    await bench.answer();
    await started;
    expect(bench.session.restart()).toBeUndefined();
  });

  test("refuses an answer with another fingerprint: that would be another host", async () => {
    const bench = await openSessionBench({ restartable: true });
    const negotiated = bench.session.restart();
    await settle();
    bench.signals.agent("answer", fakeSdp("answer").replace(/(sha-256 )\S\S/u, "$1EE"));
    expect(await negotiated).toBe(false);
    expect([bench.peer.answers.length, bench.phases.at(-1)]).toEqual([1, "open"]);
  });

  test("that the relay refuses, or that ends with its session, is reported as not negotiated", async () => {
    const bench = await openSessionBench({ restartable: true });
    bench.signals.onpost = () => Promise.reject(new SignalError("not-found", "404"));
    expect(await bench.session.restart()).toBe(false);
    bench.signals.onpost = () => Promise.resolve();
    const negotiated = bench.session.restart();
    await settle();
    await bench.session.close();
    expect(await negotiated).toBe(false);
  });

  test("stays possible: the relay is read for a moment every 4 minutes, so that it doesn't forget the session", async () => {
    const bench = await openSessionBench({ restartable: true });
    await idle(bench);
    await vi.advanceTimersByTimeAsync(KEEP_SESSION_MS - SIGNAL_LINGER_MS);
    expect(bench.signals.reading).toBe(true);
    await vi.advanceTimersByTimeAsync(ENDED_LINGER_MS);
    expect(bench.signals.reading).toBe(false);
    const other = await openSessionBench();
    await vi.advanceTimersByTimeAsync(SIGNAL_LINGER_MS);
    await vi.advanceTimersByTimeAsync(KEEP_SESSION_MS - SIGNAL_LINGER_MS);
    expect(other.signals.reading).toBe(false);
  });
});

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BEAT_MS, MAX_SILENT_BEATS, SUSPECT_BEATS } from "./heartbeat.ts";
import { type Health, ChannelHealth, PROBE_WAIT_MS } from "./channel-health.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function createBench(): { health: ChannelHealth; changes: Health[]; pings: number[]; answer: () => void } {
  const changes: Health[] = [];
  const pings: number[] = [];
  const health = new ChannelHealth(
    () => pings.push(pings.length) - 1,
    (change) => changes.push(change),
  );
  const answer = (): void => {
    health.heard();
    health.pong(pings.length - 1);
  };
  return { health, changes, pings, answer };
}

test("an agent that leaves a PING unanswered is silent after two beats and dead after ten: a second PING would prove no more", () => {
  const { health, changes, pings, answer } = createBench();
  health.ping();
  answer();
  health.beat();
  const beats = Array.from({ length: MAX_SILENT_BEATS }, () => {
    const lives = health.beat();
    return `${lives} ${changes.length}`;
  });
  expect(beats.indexOf("true 1")).toBe(SUSPECT_BEATS - 1);
  expect(beats.indexOf("false 1")).toBe(MAX_SILENT_BEATS - 1);
  expect(changes).toEqual(["silent"]);
  expect(pings).toHaveLength(2);
});

test("any message of a silent one makes it well again", () => {
  const { health, changes } = createBench();
  for (let beat = 0; beat < 5; beat += 1) health.beat();
  health.heard();
  health.heard();
  expect(changes).toEqual(["silent", "well"]);
});

test("a laptop that slept has missed no beat", async () => {
  const { health, changes, answer } = createBench();
  health.beat();
  answer();
  vi.setSystemTime(Date.now() + 3_600_000);
  health.beat();
  health.beat();
  answer();
  expect(changes).toEqual([]);
});

test("a probe that nothing answers finds it silent within two seconds, and not before", async () => {
  const { health, changes, pings } = createBench();
  health.probe();
  health.probe();
  expect(pings).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(PROBE_WAIT_MS - 1);
  expect(changes).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(changes).toEqual(["silent"]);
  expect(PROBE_WAIT_MS).toBeLessThan(BEAT_MS * 2);
});

test("a probe is answered by its PONG, or by a message so late that it was sent after it", async () => {
  const { health, changes, answer } = createBench();
  health.probe();
  answer();
  expect(vi.getTimerCount()).toBe(0);
  health.probe();
  await vi.advanceTimersByTimeAsync(1000);
  health.heard();
  expect(vi.getTimerCount()).toBe(0);
  expect(changes).toEqual([]);
});

test("a message that was received before the probe does not answer it, nor does the PONG of an earlier PING", async () => {
  const { health, changes } = createBench();
  const early = health.ping();
  health.probe();
  health.heard();
  health.pong(early);
  await vi.advanceTimersByTimeAsync(PROBE_WAIT_MS);
  expect(changes).toEqual(["silent"]);
});

test("a doubt is reported at once, and ends with the first message", () => {
  const { health, changes, pings } = createBench();
  health.doubt();
  expect(pings).toHaveLength(1);
  health.heard();
  expect(changes).toEqual(["silent", "well"]);
});

test("leaves no timer behind, even if the channel refuses the probe", () => {
  const { health } = createBench();
  health.probe();
  health.stop();
  const dying: ChannelHealth = new ChannelHealth(
    () => {
      dying.stop();
      return 1;
    },
    () => undefined,
  );
  dying.probe();
  expect(vi.getTimerCount()).toBe(0);
});

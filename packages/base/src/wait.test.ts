import { getEventListeners } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { abortable, sleep, withDeadline } from "./wait.ts";

const aborted = AbortSignal.abort(new Error("before"));
const never = new Promise<never>(() => undefined);
const expired = (): Error => new Error("too late");

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test("a signal that aborted before ends each wait at once, and nothing is begun", async () => {
  const task = vi.fn(() => never);
  await expect(sleep(1000, aborted)).rejects.toThrow("before");
  await expect(abortable(never, aborted)).rejects.toThrow("before");
  await expect(withDeadline(1000, aborted, expired, task)).rejects.toThrow("before");
  expect(task).not.toHaveBeenCalled();
});

test("an abort ends each wait with its reason", async () => {
  const controller = new AbortController();
  const waits = [
    sleep(1000, controller.signal),
    abortable(never, controller.signal),
    withDeadline(1000, controller.signal, expired, (signal) => sleep(500, signal)),
  ];
  controller.abort(new Error("enough"));
  for (const wait of waits) await expect(wait).rejects.toThrow("enough");
});

test("a promise that is given up may reject: nobody's unhandled rejection", async () => {
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  await expect(abortable(Promise.reject(new Error("late")), aborted)).rejects.toThrow("before");
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

test("what is done in time, or fails in time, leaves neither timer nor listener", async () => {
  const { signal } = new AbortController();
  expect(await withDeadline(1000, signal, expired, async () => "done")).toBe("done");
  await expect(withDeadline(1000, signal, expired, () => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
  const slept = sleep(10, signal);
  await vi.advanceTimersByTimeAsync(10);
  await slept;
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("what is late is aborted, and rejects with the reason for it, heed it or not", async () => {
  let inner: AbortSignal | undefined;
  const late = withDeadline(1000, undefined, expired, (signal) => {
    inner = signal;
    return never;
  }).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(999);
  expect(inner?.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await late).toMatchObject({ message: "too late" });
  expect(inner?.reason).toMatchObject({ message: "too late" });
});

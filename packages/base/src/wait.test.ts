import { getEventListeners } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { abortable, sleep, within, withDeadline } from "./wait.ts";

const aborted = AbortSignal.abort(new Error("before"));
const never = new Promise<never>(() => undefined);
const expired = (): Error => new Error("too late");

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test("an aborted signal ends each wait at once, and no task is started", async () => {
  const task = vi.fn(() => never);
  await expect(sleep(1000, aborted)).rejects.toThrow("before");
  await expect(abortable(never, aborted)).rejects.toThrow("before");
  await expect(withDeadline(1000, aborted, expired, task)).rejects.toThrow("before");
  expect(task).not.toHaveBeenCalled();
});

test("an abort ends each wait with the signal's reason", async () => {
  const controller = new AbortController();
  const waits = [
    sleep(1000, controller.signal),
    abortable(never, controller.signal),
    withDeadline(1000, controller.signal, expired, (signal) => sleep(500, signal)),
  ];
  controller.abort(new Error("enough"));
  for (const wait of waits) await expect(wait).rejects.toThrow("enough");
});

test("a promise may reject after the abort, without an unhandled rejection", async () => {
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  await expect(abortable(Promise.reject(new Error("late")), aborted)).rejects.toThrow("before");
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

test("a task that ends or fails in time leaves neither timer nor listener", async () => {
  const { signal } = new AbortController();
  expect(await withDeadline(1000, signal, expired, async () => "done")).toBe("done");
  await expect(withDeadline(1000, signal, expired, () => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
  const slept = sleep(10, signal);
  await vi.advanceTimersByTimeAsync(10);
  await slept;
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("at the time limit a task is aborted, and the wait rejects even if the task ignores that", async () => {
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

test("within: a promise that settles in time is awaited, and no timer is left", async () => {
  expect(await within(1000, Promise.resolve("x"))).toBe(true);
  await expect(within(1000, Promise.reject(new Error("failed")))).rejects.toThrow("failed");
  expect(vi.getTimerCount()).toBe(0);
});

test("within: a promise that never settles is awaited for the given time", async () => {
  const waiting = within(1000, new Promise(() => {}));
  await vi.advanceTimersByTimeAsync(1000);
  expect(await waiting).toBe(false);
});

import { afterEach, describe, expect, test, vi } from "vitest";
import type { EngineToPage, PageToEngine } from "../../shared/messages/engine-messages.ts";
import { ENGINE_START_TIMEOUT_MS } from "../../shared/limits.ts";
import { createPortPair } from "../../shared/ports/port-pair.ts";
import { createTypedPort } from "../../shared/ports/typed-port.ts";
import { type EngineWorker, openEngine, type OpenEngineOptions } from "./open-engine.ts";

afterEach(() => void vi.useRealTimers());

/** A worker that calls `run` with its first message, which is its port. */
function fakeWorker(run: (port: MessagePort) => void, fails = false) {
  const terminate = vi.fn<() => void>();
  const worker = {
    postMessage: run,
    addEventListener: (_type: string, listener: () => void) => fails && queueMicrotask(listener),
    terminate,
  } as unknown as EngineWorker;
  return { worker, terminate };
}

const ready = (port: MessagePort): void => createTypedPort<EngineToPage, PageToEngine>(port).post({ type: "ready", lifeLock: "alive" });

function options(createWorker: () => EngineWorker, channelsTransfer = true) {
  let free: () => void = () => undefined;
  const freed = new Promise<void>((resolve) => (free = resolve));
  const startOnPage = vi.fn<OpenEngineOptions["startOnPage"]>(async () => createPortPair<PageToEngine, EngineToPage>()[0]);
  const locks = { request: () => freed } as unknown as LockManager;
  return { free, startOnPage, all: { canTransferChannels: () => channelsTransfer, createWorker, startOnPage, locks } };
}

test("the engine runs in a worker that reports ready; when its lock is released, it is dead", async () => {
  const { worker, terminate } = fakeWorker(ready);
  const { all, free, startOnPage } = options(() => worker);
  const link = await openEngine(all);
  expect(link.place).toBe("worker");
  expect(startOnPage).not.toHaveBeenCalled();
  expect(terminate).not.toHaveBeenCalled();
  free();
  await link.died;
  expect(terminate).toHaveBeenCalledOnce();
});

describe("the engine runs on the page", () => {
  test("if channels can't be transferred: no worker is started", async () => {
    const createWorker = vi.fn<() => EngineWorker>();
    const { all } = options(createWorker, false);
    expect((await openEngine(all)).place).toBe("page");
    expect(createWorker).not.toHaveBeenCalled();
  });

  test("if there are no workers", async () => {
    const { all } = options(() => {
      throw new ReferenceError("Worker is not defined");
    });
    expect((await openEngine(all)).place).toBe("page");
  });

  test("if the worker fails as it starts, and is then terminated", async () => {
    const { worker, terminate } = fakeWorker(() => undefined, true);
    expect((await openEngine(options(() => worker).all)).place).toBe("page");
    expect(terminate).toHaveBeenCalledOnce();
  });

  test("if the worker isn't ready in time: it is terminated, so that it can't become a second engine", async () => {
    vi.useFakeTimers();
    const { worker, terminate } = fakeWorker(() => undefined);
    const opening = openEngine(options(() => worker).all);
    await vi.advanceTimersByTimeAsync(ENGINE_START_TIMEOUT_MS);
    expect((await opening).place).toBe("page");
    expect(terminate).toHaveBeenCalledOnce();
  });
});

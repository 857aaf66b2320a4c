import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ClientError } from "@rangecast/client";
import { createFakeRemote } from "../../../test/fake-remote.ts";
import { CREDIT_BYTES, PING_INTERVAL_MS } from "../../shared/limits.ts";
import type { BodyToSource, Message, SourceToBody } from "../../shared/messages/worker-messages.ts";
import { createResponses, type DownloadReport } from "./responses.ts";
import type { SourcePort } from "./serve-response.ts";
import { ServedTree } from "./served-tree.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Locks as one page sees them: those that it holds. */
function fakeLocks() {
  const held = new Set<string>();
  const request = async (name: string, _options: LockOptions, hold: () => Promise<void>): Promise<void> => {
    held.add(name);
    await hold();
    held.delete(name);
  };
  return { held, locks: { request } as unknown as LockManager };
}

/** A worker's end of a port. */
function fakeWorker() {
  const heard: Message<SourceToBody>[] = [];
  let listener: (message: Message<BodyToSource>) => void = () => undefined;
  const port: SourcePort = {
    post: (message) => {
      heard.push(message);
      if (message.type === "chunk") queueMicrotask(() => listener({ type: "credit", bytes: message.bytes.byteLength }));
      if (message.type === "ping") queueMicrotask(() => listener({ type: "pong" }));
    },
    listen: (handle) => (listener = handle),
    close: () => undefined,
  };
  const start = (end: number) => listener({ type: "start", range: { start: 0, end }, credit: CREDIT_BYTES });
  return { port, heard, start, cancel: () => listener({ type: "cancel" }) };
}

function page(remote = createFakeRemote({ size: 100_000 })) {
  const tree = new ServedTree("plain");
  const open = (): Promise<never> => Promise.reject(new ClientError("unsupported", "a fake remote has one file"));
  const connect = (): void =>
    tree.setRoot({ stream: (options) => remote.stream(options), open }, { id: "1", facts: remote, isFolder: false });
  const { held, locks } = fakeLocks();
  const keepAlive = vi.fn<() => void>();
  const reports: DownloadReport[] = [];
  const onFailure = vi.fn<(error: unknown) => void>();
  const responses = createResponses({
    find: (request, signal) => tree.find(request, signal),
    locks,
    keepAlive,
    onDownload: (_id, item) => reports.push(item),
    onFailure,
  });
  return { connect, remote, held, keepAlive, reports, onFailure, responses };
}

const open = { type: "open", share: "plain", resource: "0", version: "1", path: "film.mp4", download: false } as const;

test.each([
  ["a reader who waits", {}, "interactive"],
  ["a download", { download: true }, "background"],
  ["a folder that is saved", { background: true as const }, "background"],
])("of %s, bytes are requested in their order of urgency", async (_who, fields, priority) => {
  const remote = createFakeRemote({ size: 100_000 });
  const stream = vi.spyOn(remote, "stream");
  const { connect, responses } = page(remote);
  connect();
  const worker = fakeWorker();
  responses.answer({ ...open, ...fields }, worker.port);
  worker.start(100_000);
  await vi.advanceTimersByTimeAsync(100);
  expect(stream).toHaveBeenCalledWith(expect.objectContaining({ priority }));
});

describe("while a response is open", () => {
  test("the worker is kept alive at least every 10 s, and the lock is held; after it, neither", async () => {
    expect(PING_INTERVAL_MS).toBeLessThanOrEqual(10_000);
    const { connect, remote, responses, keepAlive, held } = page();
    remote.stallAt(10);
    connect();
    const worker = fakeWorker();
    responses.answer(open, worker.port);
    worker.start(100_000);
    await vi.advanceTimersByTimeAsync(10 * PING_INTERVAL_MS);
    expect(keepAlive).toHaveBeenCalledTimes(10);
    expect([...held]).toEqual(["rangecast-responses"]);
    worker.cancel();
    await vi.advanceTimersByTimeAsync(10 * PING_INTERVAL_MS);
    expect(keepAlive).toHaveBeenCalledTimes(10);
    expect([...held]).toEqual([]);
  });

  test("the end of another one changes nothing", async () => {
    const { connect, remote, responses, keepAlive, held } = page();
    remote.stallAt(10);
    connect();
    const [first, second] = [fakeWorker(), fakeWorker()];
    for (const worker of [first, second]) {
      responses.answer(open, worker.port);
      worker.start(100_000);
    }
    first.cancel();
    await vi.advanceTimersByTimeAsync(PING_INTERVAL_MS);
    expect(keepAlive).toHaveBeenCalledOnce();
    expect(held.size).toBe(1);
    second.cancel();
  });
});

describe("refuses", () => {
  test.each([
    ["before there is a file", open, false, "not-ready"],
    ["another version", { ...open, version: "7" }, true, "gone"],
    ["another resource", { ...open, resource: "5" }, true, "gone"],
    ["another share", { ...open, share: "5" }, true, "gone"],
  ] as const)("%s", (_name, message, isConnected, reason) => {
    const { connect, responses, keepAlive } = page();
    if (isConnected) connect();
    const worker = fakeWorker();
    responses.answer(message, worker.port);
    expect(worker.heard).toEqual([{ type: "refused", reason }]);
    vi.advanceTimersByTime(2 * PING_INTERVAL_MS);
    expect(keepAlive).not.toHaveBeenCalled();
  });
});

describe("a download", () => {
  test("is reported from its start to its end, by the bytes that its reader took", async () => {
    const { connect, responses, reports } = page();
    connect();
    const worker = fakeWorker();
    responses.answer({ ...open, download: true }, worker.port);
    worker.start(100_000);
    await vi.advanceTimersByTimeAsync(100);
    expect(reports[0]).toEqual({ kind: "started", total: 100_000 });
    expect(reports.at(-2)).toEqual({ kind: "taken", taken: 100_000 });
    expect(reports.at(-1)).toEqual({ kind: "ended", end: { kind: "done" } });
  });

  test("that asks for no bytes is not reported", () => {
    const { connect, responses, reports } = page();
    connect();
    const worker = fakeWorker();
    responses.answer({ ...open, download: true }, worker.port);
    worker.cancel();
    expect(reports).toEqual([]);
  });

  test("whose bytes don't come fails, and the error is reported", async () => {
    const { connect, remote, responses, reports, onFailure } = page();
    remote.failAt(50_000, "unreadable");
    connect();
    const worker = fakeWorker();
    responses.answer({ ...open, download: true }, worker.port);
    worker.start(100_000);
    await vi.advanceTimersByTimeAsync(100);
    expect(reports.at(-1)).toMatchObject({ kind: "ended", end: { kind: "failed" } });
    expect(onFailure).toHaveBeenCalledWith(expect.objectContaining({ reason: "unreadable" }));
    expect(worker.heard.at(-1)).toEqual({ type: "failed" });
  });
});

import { ClientError, stayConnected } from "@rangecast/client";
import { SignalError } from "@rangecast/signal";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createFakeFile } from "../../test/fake-file.ts";
import { createFakeRemote, type FakeRemote } from "../../test/fake-remote.ts";
import type { EngineToPage, PageToEngine } from "../shared/messages/engine-messages.ts";
import { createPortPair } from "../shared/ports/port-pair.ts";
import type { Target } from "../shared/messages/target.ts";
import { createTypedPort, type TypedPort } from "../shared/ports/typed-port.ts";
import type { Message } from "../shared/messages/worker-messages.ts";
import type { Connect } from "./connect.ts";
import { runEngine } from "./engine.ts";

const TARGET: Target = { kind: "plain", base: "http://relay.test", sessionId: "s", key: "k" };
const REQUEST = { type: "open", share: "plain", resource: "0", version: "1", path: "film.mp4", download: false } as const;

type Ends = [TypedPort<PageToEngine, EngineToPage>, TypedPort<EngineToPage, PageToEngine>];

/** As in a worker, where all is copied on its way, and as on the page. */
const PLACES: [string, () => Ends][] = [
  [
    "in a worker",
    () => {
      const { port1, port2 } = new MessageChannel();
      return [createTypedPort(port1), createTypedPort(port2)];
    },
  ],
  ["on the page", () => createPortPair<PageToEngine, EngineToPage>()],
];

/** Connects to what `open` gives. */
const to =
  (open: () => Promise<FakeRemote>): Connect =>
  (_target, options) =>
    createFakeFile(open, options);

function run(connectPorts: () => Ends, connect: Connect) {
  const [page, engine] = connectPorts();
  const heard: Message<EngineToPage>[] = [];
  page.listen((message) => heard.push(message));
  const locks = { request: async (_name: string, _options: object, hold: () => Promise<void>) => hold() } as unknown as LockManager;
  let left = false;
  runEngine({
    port: engine,
    connect: (target, options) => {
      options.signal?.addEventListener("abort", () => (left = true));
      return connect(target, options);
    },
    locks,
  });
  /** The page leaves; resolves when the engine has closed its file. */
  const leave = async (): Promise<void> => {
    page.post({ type: "leave" });
    await vi.waitFor(() => expect(left).toBe(true));
    page.close();
    engine.close();
  };
  return { page, heard, leave };
}

test.each(PLACES)("%s it connects when it is told to, and reports the file before it reports the connection", async (_place, ports) => {
  const connect = vi.fn<Connect>(to(async () => createFakeRemote()));
  const { page, heard, leave } = run(ports, connect);
  expect(connect).not.toHaveBeenCalled();
  page.post({ type: "start", target: TARGET });
  page.post({ type: "start", target: TARGET });
  await vi.waitFor(() => expect(heard.length).toBeGreaterThanOrEqual(3));
  expect(connect).toHaveBeenCalledOnce();
  expect(heard.slice(0, 3)).toEqual([
    { type: "event", event: { type: "connecting" } },
    { type: "file", version: "1", facts: { name: "film.mp4", size: 3_000_000, mediaType: "video/mp4", etag: "v1" } },
    { type: "event", event: { type: "connected" } },
  ]);
  await leave();
});

test.each(PLACES)("%s a request is answered on the port that came with it", async (_place, ports) => {
  const { page, heard, leave } = run(
    ports,
    to(async () => createFakeRemote()),
  );
  page.post({ type: "start", target: TARGET });
  await vi.waitFor(() => expect(heard.map(({ type }) => type)).toContain("file"));
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)));
  page.post({ type: "open", request: REQUEST, port: port2 }, [port2]);
  expect(await answer).toMatchObject({ type: "file", facts: { name: "film.mp4" } });
  port1.postMessage({ type: "cancel" });
  await leave();
  port1.close();
});

test.each(PLACES)("%s an unexpected error is reported as a fault", async (_place, ports) => {
  const fault = async (): Promise<never> => {
    throw new TypeError("our own fault");
  };
  const { page, heard, leave } = run(ports, to(fault));
  page.post({ type: "start", target: TARGET });
  await vi.waitFor(() => expect(heard.at(-1)).toEqual({ type: "event", event: { type: "ended", reason: "fault" } }));
  expect(heard.at(-2)).toMatchObject({ type: "fault", error: { name: "TypeError", message: "our own fault" } });
  await leave();
});

test("on the page, leaving closes the connection before the page's last turn is over", async () => {
  const remote = createFakeRemote();
  const close = vi.spyOn(remote, "close");
  const { page, heard } = run(
    () => createPortPair<PageToEngine, EngineToPage>(),
    to(async () => remote),
  );
  page.post({ type: "start", target: TARGET });
  await vi.waitFor(() => expect(heard.map(({ type }) => type)).toContain("file"));
  page.post({ type: "leave" });
  expect(close).toHaveBeenCalledOnce();
});

describe("before the first connection", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** An engine on the page whose attempts end when the test says so. */
  function connecting() {
    const attempts: { readonly signal: AbortSignal; readonly fail: (error: ClientError) => void }[] = [];
    const connect: Connect = (_target, options) =>
      stayConnected({ ...options, connect: ({ signal }) => new Promise((_resolve, fail) => attempts.push({ signal, fail })) });
    const bench = run(() => createPortPair<PageToEngine, EngineToPage>(), connect);
    bench.page.post({ type: "start", target: TARGET });
    return { ...bench, attempts };
  }

  test("R-6: a change of network restarts the attempt in progress, and one that waits", async () => {
    const { page, attempts } = connecting();
    page.post({ type: "retry" });
    expect(attempts.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    attempts[1]?.fail(new ClientError("relay-unreachable", "no network"));
    await vi.advanceTimersByTimeAsync(0);
    expect(attempts).toHaveLength(2);
    page.post({ type: "retry" });
    expect(attempts).toHaveLength(3);
    page.post({ type: "leave" });
  });

  test("R-7: the next attempt waits as long as the relay's Retry-After says", async () => {
    const { page, heard, attempts } = connecting();
    const cause = new SignalError("busy", "too many requests", { retryAfterMs: 20_000 });
    attempts[0]?.fail(new ClientError("busy", "the relay is busy", { cause }));
    await vi.advanceTimersByTimeAsync(19_900);
    expect(heard.at(-1)).toEqual({ type: "event", event: { type: "waiting", reason: "busy" } });
    expect(attempts).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(100);
    expect(attempts).toHaveLength(2);
    page.post({ type: "leave" });
    expect(vi.getTimerCount()).toBe(0);
  });
});

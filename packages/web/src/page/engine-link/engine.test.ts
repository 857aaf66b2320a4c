import { expect, test, vi } from "vitest";
import type { EngineToPage, PageToEngine } from "../../shared/messages/engine-messages.ts";
import { createPortPair } from "../../shared/ports/port-pair.ts";
import type { PortLike } from "../../shared/ports/typed-port.ts";
import type { Message } from "../../shared/messages/worker-messages.ts";
import { createEngine, type EngineOptions } from "./engine.ts";
import type { EngineLink } from "./open-engine.ts";

const REQUEST = { type: "open", share: "plain", resource: "0", version: "1", path: "film.mp4", download: false } as const;

function page(start: (died: Promise<void>) => Promise<EngineLink["port"]>) {
  let die: () => void = () => undefined;
  const died = new Promise<void>((resolve) => (die = resolve));
  const link = start(died).then((port): EngineLink => ({ place: "worker", port, died }));
  const peers = { add: vi.fn<() => void>(), close: vi.fn<() => void>() };
  const onEvent = vi.fn<EngineOptions["onEvent"]>();
  const [onFault, onGone] = [vi.fn<(error: unknown) => void>(), vi.fn<() => void>()];
  const engine = createEngine({
    link,
    target: { kind: "plain", base: "http://relay.test", sessionId: "s", key: "k" },
    peers,
    onPlace: () => undefined,
    onEvent,
    onFile: () => undefined,
    onKeepAlive: () => undefined,
    onFault,
    onGone,
  });
  return { engine, peers, onEvent, onFault, onGone, die };
}

function startPage() {
  const [port, far] = createPortPair<PageToEngine, EngineToPage>();
  const received: Message<PageToEngine>[] = [];
  far.listen((message) => received.push(message));
  return { ...page(async () => port), received, far };
}

/** The service worker's port for a response. */
function response() {
  const posted: unknown[] = [];
  const port: PortLike = { onmessage: null, postMessage: (message) => posted.push(message), close: () => posted.push("closed") };
  return { port, posted };
}

test("a request that arrives before the engine has started reaches it after its start message", async () => {
  const { engine, received } = startPage();
  const { port } = response();
  engine.answer(REQUEST, port);
  await vi.waitFor(() => expect(received.map(({ type }) => type)).toEqual(["start", "open"]));
});

test("a page that is being closed closes its connections at once, and has the engine say goodbye", async () => {
  const { engine, received, peers } = startPage();
  engine.leave();
  expect(peers.close).toHaveBeenCalledOnce();
  await vi.waitFor(() => expect(received.map(({ type }) => type)).toContain("leave"));
});

const GONE = [{ type: "refused", reason: "gone" }, "closed"];

test("an engine that dies is a fault: its connections close, and later requests are refused as gone", async () => {
  const { engine, die, peers, onEvent, onFault, onGone } = startPage();
  die();
  await vi.waitFor(() => expect(onGone).toHaveBeenCalledOnce());
  expect(onEvent).toHaveBeenCalledWith({ type: "ended", reason: "fault" });
  expect(onFault).toHaveBeenCalledOnce();
  expect(peers.close).toHaveBeenCalledOnce();
  const { port, posted } = response();
  engine.answer(REQUEST, port);
  await vi.waitFor(() => expect(posted).toEqual(GONE));
});

test("the same if no engine could be started", async () => {
  const { engine, onGone, onEvent } = page(() => Promise.reject(new TypeError("the script can't be loaded")));
  const { port, posted } = response();
  engine.answer(REQUEST, port);
  await vi.waitFor(() => expect(posted).toEqual(GONE));
  expect(onGone).toHaveBeenCalledOnce();
  expect(onEvent).toHaveBeenCalledWith({ type: "ended", reason: "fault" });
});

const QUESTION = { kind: "list", path: "" } as const;
const NO_ANSWER = { kind: "failed", reason: "failed" };

test("each question gets its own answer", async () => {
  const { engine, received, far } = startPage();
  const [first, second] = [1, 2].map(() => engine.ask(QUESTION, new AbortController().signal));
  await vi.waitFor(() => expect(received.filter(({ type }) => type === "ask")).toHaveLength(2));
  far.post({ type: "answer", id: 2, answer: { kind: "failed", reason: "not-found" } });
  far.post({ type: "answer", id: 1, answer: { kind: "failed", reason: "unreadable" } });
  expect(await first).toMatchObject({ reason: "unreadable" });
  expect(await second).toMatchObject({ reason: "not-found" });
});

test("a question that nobody waits for any more is withdrawn", async () => {
  const { engine, received } = startPage();
  const stop = new AbortController();
  const answer = engine.ask(QUESTION, stop.signal);
  stop.abort();
  expect(await answer).toEqual(NO_ANSWER);
  await vi.waitFor(() => expect(received).toContainEqual({ type: "withdraw", id: 1 }));
});

test("an engine that dies answers no question, neither an open one nor a later one", async () => {
  const { engine, die, onGone } = startPage();
  const open = engine.ask(QUESTION, new AbortController().signal);
  die();
  expect(await open).toEqual(NO_ANSWER);
  await vi.waitFor(() => expect(onGone).toHaveBeenCalledOnce());
  expect(await engine.ask(QUESTION, new AbortController().signal)).toEqual(NO_ANSWER);
});

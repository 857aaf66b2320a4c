import { expect, test, vi } from "vitest";
import type { EngineToPage, PageToEngine } from "../../shared/engine-messages.ts";
import { createPortPair } from "../../shared/port-pair.ts";
import type { PortLike } from "../../shared/typed-port.ts";
import type { Message } from "../../shared/worker-messages.ts";
import { createEngine, type EngineOptions } from "./engine.ts";
import type { EngineLink } from "./open-engine.ts";

const REQUEST = { type: "open", fileId: "0", version: "1", download: false } as const;

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

function living() {
  const [port, far] = createPortPair<PageToEngine, EngineToPage>();
  const heard: Message<PageToEngine>[] = [];
  far.listen((message) => heard.push(message));
  return { ...page(async () => port), heard };
}

/** The service worker's port for a response, as far as the page uses it. */
function response() {
  const said: unknown[] = [];
  const port: PortLike = { onmessage: null, postMessage: (message) => said.push(message), close: () => said.push("closed") };
  return { port, said };
}

test("a request that comes before the engine is there reaches it after its start", async () => {
  const { engine, heard } = living();
  const { port } = response();
  engine.answer(REQUEST, port);
  await vi.waitFor(() => expect(heard.map(({ type }) => type)).toEqual(["start", "open"]));
});

test("a page that goes closes its connections at once, and has the engine say goodbye", async () => {
  const { engine, heard, peers } = living();
  engine.leave();
  expect(peers.close).toHaveBeenCalledOnce();
  await vi.waitFor(() => expect(heard.map(({ type }) => type)).toContain("leave"));
});

const GONE = [{ type: "refused", reason: "gone" }, "closed"];

test("an engine that dies is a fault: its connections close, and what is asked for from then on is gone", async () => {
  const { engine, die, peers, onEvent, onFault, onGone } = living();
  die();
  await vi.waitFor(() => expect(onGone).toHaveBeenCalledOnce());
  expect(onEvent).toHaveBeenCalledWith({ type: "ended", reason: "fault" });
  expect(onFault).toHaveBeenCalledOnce();
  expect(peers.close).toHaveBeenCalledOnce();
  const { port, said } = response();
  engine.answer(REQUEST, port);
  await vi.waitFor(() => expect(said).toEqual(GONE));
});

test("without any engine it is the same", async () => {
  const { engine, onGone, onEvent } = page(() => Promise.reject(new TypeError("the script can't be loaded")));
  const { port, said } = response();
  engine.answer(REQUEST, port);
  await vi.waitFor(() => expect(said).toEqual(GONE));
  expect(onGone).toHaveBeenCalledOnce();
  expect(onEvent).toHaveBeenCalledWith({ type: "ended", reason: "fault" });
});

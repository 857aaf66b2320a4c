import { expect, test, vi } from "vitest";
import { createFakeRemote } from "../../test/fake-remote.ts";
import type { EngineToPage, PageToEngine } from "../shared/engine-messages.ts";
import { createPortPair } from "../shared/port-pair.ts";
import type { Target } from "../shared/target.ts";
import { createTypedPort, type TypedPort } from "../shared/typed-port.ts";
import type { Message } from "../shared/worker-messages.ts";
import type { Connect } from "./connect.ts";
import { runEngine } from "./engine.ts";

const TARGET: Target = { kind: "plain", base: "http://relay.test", sessionId: "s", key: "k" };
const REQUEST = { type: "open", fileId: "0", version: "1", download: false } as const;

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

function run(connectPorts: () => Ends, connect: Connect) {
  const [page, engine] = connectPorts();
  const heard: Message<EngineToPage>[] = [];
  page.listen((message) => heard.push(message));
  const locks = { request: async (_name: string, _options: object, hold: () => Promise<void>) => hold() } as unknown as LockManager;
  runEngine({ port: engine, connect, locks });
  const close = (): void => {
    page.close();
    engine.close();
  };
  return { page, heard, close };
}

test.each(PLACES)("%s it connects once told to, and says what the file is before it says that it is there", async (_place, ports) => {
  const connect = vi.fn<Connect>(async () => createFakeRemote());
  const { page, heard, close } = run(ports, connect);
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
  page.post({ type: "leave" });
  close();
});

test.each(PLACES)("%s a request is answered on the port that came with it", async (_place, ports) => {
  const { page, heard, close } = run(ports, async () => createFakeRemote());
  page.post({ type: "start", target: TARGET });
  await vi.waitFor(() => expect(heard.map(({ type }) => type)).toContain("file"));
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)));
  page.post({ type: "open", request: REQUEST, port: port2 }, [port2]);
  expect(await answer).toMatchObject({ type: "file", facts: { name: "film.mp4" } });
  port1.postMessage({ type: "cancel" });
  page.post({ type: "leave" });
  port1.close();
  close();
});

test.each(PLACES)("%s an error of our own is told as what it is", async (_place, ports) => {
  const { page, heard, close } = run(ports, async () => {
    throw new TypeError("our own fault");
  });
  page.post({ type: "start", target: TARGET });
  await vi.waitFor(() => expect(heard.at(-1)).toEqual({ type: "event", event: { type: "ended", reason: "fault" } }));
  expect(heard.at(-2)).toMatchObject({ type: "fault", error: { name: "TypeError", message: "our own fault" } });
  close();
});

test("on the page, leaving closes the connection before the page's last turn is over", async () => {
  const remote = createFakeRemote();
  const close = vi.spyOn(remote, "close");
  const { page, heard } = run(
    () => createPortPair<PageToEngine, EngineToPage>(),
    async () => remote,
  );
  page.post({ type: "start", target: TARGET });
  await vi.waitFor(() => expect(heard.map(({ type }) => type)).toContain("file"));
  page.post({ type: "leave" });
  expect(close).toHaveBeenCalledOnce();
});

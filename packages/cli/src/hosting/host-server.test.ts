import { once } from "node:events";
import { connect } from "node:net";
import type { ShareInfo } from "@rangecast/daemon";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { describe, expect, it, onTestFinished } from "vitest";
import { CliError } from "../failure/cli-error.ts";
import { connectTo, listenAt } from "../local-socket/place.ts";
import { openSocketFolder, type SocketFolder } from "../local-socket/socket-folder.ts";
import { createLogger } from "../output/logger.ts";
import type { ShareEvent } from "../share/report/share-event.ts";
import { ask, beGuest, greet, type GuestEnd, type HostConnection } from "./guest.ts";
import { type HostServerOptions, serveHost } from "./host-server.ts";
import type { HostRequest } from "./host-request.ts";
import type { ShareListener } from "./hosted-share.ts";

const REQUEST: HostRequest = {
  content: { path: ["/a"], exclude: [], all: false, follow: false },
  shown: "a",
  size: 1,
  endpoint: { server: {}, iceServers: [] },
};
const INFO: ShareInfo = { id: "i", link: "l", path: "/a", name: "a", size: 1, isFolder: false, terms: {}, downloads: 0 };
const JOINED: ShareEvent = { event: "viewer-joined", viewer: 1, path: "direct" };
const logger = createLogger({ warn: () => undefined }, "quiet");

/** A host whose daemon is the test. */
class FakeHosting {
  readonly running: HostServerOptions["hosting"]["running"] = [{ info: INFO, viewers: 2 }];
  readonly removed: string[] = [];
  readonly dropped: number[] = [];
  listener: ShareListener | undefined;
  left = 0;
  failure: Error | undefined;

  async add(_request: HostRequest, listener: ShareListener): ReturnType<HostServerOptions["hosting"]["add"]> {
    if (this.failure !== undefined) throw this.failure;
    this.listener = listener;
    const leave = (): Promise<void> => Promise.resolve(void (this.left += 1));
    return { info: INFO, relay: "r", page: "p", leave, drop: (viewer) => this.dropped.push(viewer) };
  }

  remove(id: string): Promise<boolean> {
    this.removed.push(id);
    return Promise.resolve(true);
  }
}

interface Bench {
  readonly hosting: FakeHosting;
  readonly folder: SocketFolder;
  readonly close: () => Promise<void>;
  readonly join: (transport?: string) => Promise<HostConnection | "gone" | "unfit">;
}

async function serve(): Promise<Bench> {
  const folder = await openSocketFolder(await temporaryFolder());
  const hosting = new FakeHosting();
  const { close } = serveHost({ place: await listenAt(folder, "host"), hosting, transport: "own", logger });
  onTestFinished(close);
  const join: Bench["join"] = async (transport = "own") => {
    const socket = await connectTo(folder, "host");
    onTestFinished(() => void socket?.destroy());
    return socket === undefined ? "gone" : greet(socket, transport);
  };
  return { hosting, folder, close, join };
}

interface Stay {
  readonly events: ShareEvent[];
  readonly drop: (viewer: number) => void;
  readonly stop: AbortController;
  readonly end: Promise<GuestEnd>;
}

/** Shares at the host, until it is ready. */
async function stay({ join }: Bench): Promise<Stay> {
  const connection = await join();
  if (typeof connection === "string") throw new Error("the host can't be joined");
  const stop = new AbortController();
  const events: ShareEvent[] = [];
  let end: Promise<GuestEnd> | undefined;
  const drop = await new Promise<(viewer: number) => void>((resolve) => {
    const listener = {
      onReady: (_ready: object, give: (viewer: number) => void) => resolve(give),
      onEvent: (event: ShareEvent) => events.push(event),
    };
    end = beGuest(connection, REQUEST, listener, stop.signal);
  });
  return { events, drop, stop, end: end ?? Promise.reject(new Error("no end")) };
}

describe("a share of another process", () => {
  it("gets its events, and is taken back when that process stops it", async () => {
    const bench = await serve();
    const { events, drop, stop, end } = await stay(bench);
    bench.hosting.listener?.onEvent(JOINED);
    await expect.poll(() => events).toEqual([JOINED]);
    drop(1);
    await expect.poll(() => bench.hosting.dropped).toEqual([1]);
    stop.abort();
    expect([await end, bench.hosting.left]).toEqual([{ kind: "left" }, 1]);
  });

  it("is taken back when that process is killed", async () => {
    const bench = await serve();
    const socket = connect(bench.folder.pathOf("host"));
    socket.write('{"type":"hello","protocol":1,"transport":"own"}\n');
    socket.write(`${JSON.stringify({ type: "share", request: REQUEST })}\n`);
    await expect.poll(() => bench.hosting.listener).toBeDefined();
    socket.destroy();
    await expect.poll(() => bench.hosting.left).toBe(1);
  });

  it("learns that it was taken back, and that the host is gone", async () => {
    const bench = await serve();
    const first = await stay(bench);
    bench.hosting.listener?.onTakenBack({ reason: "revoked", message: "m" });
    expect(await first.end).toMatchObject({ kind: "taken-back", end: { reason: "revoked", message: "m" } });
    const second = await stay(bench);
    await bench.close();
    expect(await second.end).toEqual({ kind: "host-gone" });
  });

  it("is refused with the host's reason", async () => {
    const { hosting, join } = await serve();
    hosting.failure = new CliError("port-in-use", "Port 1 is in use.");
    const connection = await join();
    if (typeof connection === "string") throw new Error("the host can't be joined");
    const listener = { onReady: () => undefined, onEvent: () => undefined };
    const ended = beGuest(connection, REQUEST, listener, new AbortController().signal);
    await expect(ended).rejects.toMatchObject({ name: "CliError", reason: "port-in-use", message: "Port 1 is in use." });
  });
});

describe("a process that asks", () => {
  it("is told what is shared, and has shares taken back", async () => {
    const { hosting, join } = await serve();
    const [first, second] = [await join(), await join()];
    if (typeof first === "string" || typeof second === "string") throw new Error("the host can't be joined");
    expect(await ask(first, { type: "list" }, "shares")).toMatchObject({ shares: [{ info: INFO, viewers: 2 }] });
    const question = { type: "take-back", id: "i", reason: "revoked", message: "m" } as const;
    expect(await ask(second, question, "done")).toMatchObject({ found: true });
    expect(hosting.removed).toEqual(["i"]);
  });

  it("is not served with another transport", async () => {
    const { join } = await serve();
    expect(await join("native")).toBe("unfit");
  });

  it("knows that a process that closes the connection is about to end", async () => {
    const folder = await openSocketFolder(await temporaryFolder());
    const place = await listenAt(folder, "host");
    place.accept((socket) => socket.destroy());
    onTestFinished(place.close);
    const socket = await connectTo(folder, "host");
    expect(socket && (await greet(socket, "own"))).toBe("gone");
  });

  it.each([
    ["asks before it said hello", '{"type":"list"}\n'],
    ["says what is no message", '{"type":"hello","protocol":1,"transport":"own"}\n{"type":"run","command":"rm"}\n'],
    [
      "shares twice",
      `{"type":"hello","protocol":1,"transport":"own"}\n${`${JSON.stringify({ type: "share", request: REQUEST })}\n`.repeat(2)}`,
    ],
  ])("is disconnected if it %s", async (_what, text) => {
    const { folder } = await serve();
    const socket = connect(folder.pathOf("host"));
    socket.resume().on("error", () => undefined);
    socket.write(text);
    await once(socket, "close");
  });
});

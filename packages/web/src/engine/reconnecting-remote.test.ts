import { ClientError, type ClientErrorReason, type FileVersion, type ReconnectingFile, type ReconnectingOptions } from "@rangecast/client";
import { expect, test, vi } from "vitest";
import { openReconnecting } from "./reconnecting-remote.ts";
import type { RemoteFileLike, RemoteNews } from "./remote.ts";

const VERSION: FileVersion = { id: "3", name: "film.mp4", size: 10, etag: '"one"', features: new Set() };
const failure = (reason: ClientErrorReason): ClientError => new ClientError(reason, "words");

interface Bench {
  readonly remote: Promise<RemoteFileLike>;
  readonly news: RemoteNews[];
  readonly file: { opened(version: FileVersion): void; fail(error: ClientError): void; end(reason: ClientErrorReason): void };
  readonly options: ReconnectingOptions;
  readonly calls: string[];
}

function setUp(): Bench {
  let options: ReconnectingOptions = {};
  const calls: string[] = [];
  const news: RemoteNews[] = [];
  const file: Bench["file"] = { opened: () => undefined, fail: () => undefined, end: () => undefined };
  const opened = new Promise<FileVersion>((resolve, reject) => Object.assign(file, { opened: resolve, fail: reject }));
  const closed = new Promise((resolve) => (file.end = (reason) => resolve({ reason, message: "words" })));
  const call = (name: string) => vi.fn(() => void calls.push(name));
  const lasting = {
    opened: () => opened,
    closed,
    stream: (asked: object) => calls.push(JSON.stringify(asked)),
    close: call("close"),
    networkChanged: call("networkChanged"),
    retry: call("retry"),
  };
  const open = (given: ReconnectingOptions): ReconnectingFile => {
    options = given;
    return lasting as unknown as ReconnectingFile;
  };
  const remote = openReconnecting(open, new AbortController().signal);
  remote.catch(() => undefined);
  return { remote, news, file, options, calls };
}

async function there(): Promise<Bench & { readonly at: RemoteFileLike }> {
  const bench = setUp();
  bench.options.onVersion?.(VERSION);
  bench.options.onState?.({ phase: "connected" });
  bench.file.opened(VERSION);
  const at = await bench.remote;
  at.follow?.((event) => bench.news.push(event));
  return { ...bench, at };
}

test("it is the version that came first, and reads that one, for whoever it is", async () => {
  const { at, calls } = await there();
  expect(at).toMatchObject({ name: "film.mp4", size: 10, etag: '"one"' });
  const { signal } = new AbortController();
  at.stream({ start: 1, end: 5, signal, priority: "background" });
  expect(JSON.parse(calls[0] ?? "")).toMatchObject({ start: 1, end: 5, priority: "background", version: "3" });
});

test("the first failure is an answer, and nothing goes on behind it", async () => {
  const { remote, options, calls } = setUp();
  options.onState?.({ phase: "connecting", step: "joining", attempt: 1, after: undefined });
  options.onState?.({ phase: "waiting", attempt: 1, error: failure("host-offline"), retryAtMs: 0 });
  await expect(remote).rejects.toMatchObject({ reason: "host-offline" });
  expect(calls).toEqual(["close"]);
});

test("an end for good before the first version is one, too", async () => {
  const { remote, file } = setUp();
  file.fail(failure("wrong-host"));
  await expect(remote).rejects.toMatchObject({ reason: "wrong-host" });
});

test("what it goes through is told: a loss, attempts that fail, and that it is back; a doubt is no news", async () => {
  const { news, options } = await there();
  options.onState?.({ phase: "suspect", suspicion: "silent", beside: undefined });
  options.onState?.({ phase: "waiting", attempt: 1, error: failure("no-connection"), retryAtMs: 0 });
  options.onState?.({ phase: "waiting", attempt: 2, error: failure("host-offline"), retryAtMs: 0 });
  options.onState?.({ phase: "connecting", step: "joining", attempt: 3, after: failure("host-offline") });
  options.onState?.({ phase: "connected" });
  expect(news.map((event) => (event.kind === "there" ? "there" : `${event.kind} ${event.error.reason}`))).toEqual([
    "lost no-connection",
    "failed host-offline",
    "there",
  ]);
});

test("it is over when another version comes, and when the file is", async () => {
  const other = await there();
  other.options.onVersion?.({ ...VERSION, id: "4" });
  expect(await other.at.closed).toEqual({ reason: "file-changed" });
  const ended = await there();
  ended.file.end("host-revoked");
  expect(await ended.at.closed).toMatchObject({ reason: "host-revoked" });
});

test("who is impatient has the host probed, and a wait cut short", async () => {
  const { at, calls } = await there();
  at.networkChanged?.();
  expect(calls).toEqual(["networkChanged", "retry"]);
});

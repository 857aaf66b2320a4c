import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { columnsOf } from "../../../../test/columns.ts";
import type { Answer } from "../../../shared/messages/folder-messages.ts";
import { createTreeSource } from "./tree-source.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const never = new AbortController().signal;
const noAnswer = (): Promise<Answer> => Promise.reject(new Error("not asked"));

test("what the host can't answer now is asked for again, and what it doesn't have is not", async () => {
  const answers: Answer[] = [
    { kind: "failed", reason: "failed" },
    { kind: "list", list: columnsOf("a") },
    { kind: "failed", reason: "not-found" },
  ];
  const { list } = createTreeSource({ ask: async () => answers.shift() ?? noAnswer(), urlOf: () => undefined });
  const listed = list("", never);
  await vi.runAllTimersAsync();
  expect((await listed).entries).toMatchObject([{ name: "a" }]);
  await expect(list("", never)).rejects.toMatchObject({ name: "SourceError", message: "not-found" });
});

test("a file is read from a byte on, of the version that was asked for, once the page can read it", async () => {
  const requests: unknown[] = [];
  const statuses = [503, 206, 410];
  vi.stubGlobal("fetch", async (url: string, { headers }: RequestInit) => {
    requests.push([url, headers]);
    return new Response("bytes", { status: statuses.shift() ?? 500 });
  });
  const urls = [undefined, "/f?etag=1", "/f?etag=1", "/f?etag=1"];
  const { read } = createTreeSource({ ask: noAnswer, urlOf: () => urls.shift() });
  const reading = read("f", "1", 7, never);
  await vi.runAllTimersAsync();
  expect(await new Response(await reading).text()).toBe("bytes");
  expect(requests).toEqual([
    ["/f?etag=1", { Range: "bytes=7-" }],
    ["/f?etag=1", { Range: "bytes=7-" }],
  ]);
  await expect(read("f", "1", 0, never)).rejects.toMatchObject({ message: "status 410", temporary: false });
});

test("an abort ends the waiting, and in the end it is given up", async () => {
  const stop = new AbortController();
  const { list } = createTreeSource({ ask: async () => ({ kind: "failed", reason: "failed" }), urlOf: () => undefined });
  const stopped = expect(list("", stop.signal)).rejects.toThrow("stopped");
  await vi.advanceTimersByTimeAsync(1000);
  stop.abort(new Error("stopped"));
  await stopped;
  const givenUp = expect(list("", never)).rejects.toMatchObject({ temporary: true });
  await vi.runAllTimersAsync();
  await givenUp;
});

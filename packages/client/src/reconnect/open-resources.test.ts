import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ClientError } from "../client-error.ts";
import type { ResourceFacts } from "../session/file-facts.ts";
import { type FakeConnection, fakeFacts } from "../testing/fake-connection.ts";
import { collect, createConnectedBench, createReconnectingBench, FILE_BYTES, settle } from "../testing/reconnecting-bench.ts";
import { patternBytes } from "@rangecast/testkit/files/pattern";
import type { ReconnectingFile, ReconnectingResource } from "./reconnecting-file.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] }));
afterEach(() => void vi.useRealTimers());

const PATH = "subs/en.vtt";
const FACTS: ResourceFacts = { size: 1000, etag: '"s1"' };
/** The bytes of a resource are the complements of the file's. */
const content = (start: number, end: number, handle: number): Uint8Array =>
  patternBytes(start, end).map((byte) => (handle === 0 ? byte : byte ^ 0xff));
const resourceBytes = (start: number, end: number): Uint8Array => content(start, end, 1);
const joined = (chunks: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(chunks));

/** The host answers the last OPEN. */
async function answer(connection: FakeConnection, handle: number, facts: ResourceFacts = FACTS): Promise<void> {
  connection.opens.at(-1)?.answer.resolve({ handle, facts });
  await settle();
}

async function open(file: ReconnectingFile, connection: FakeConnection, handle = 1): Promise<ReconnectingResource> {
  connection.source.content = content;
  const opening = file.open(PATH);
  await settle();
  await answer(connection, handle);
  return opening;
}

const refused = (reason: "file-gone"): ClientError => new ClientError(reason, "no");

describe("X-8: another resource", () => {
  test("is opened by its path, and its bytes are read beside those of the file, by one scheduler", async () => {
    const { file, connection } = await createConnectedBench();
    const resource = await open(file, connection);
    expect(connection.opens.map(({ path }) => path)).toEqual([PATH]);
    expect(resource).toMatchObject(FACTS);
    const [film, subs] = [collect(file.stream()), collect(resource.stream())];
    await connection.serve();
    expect(await Promise.all([film.ended, subs.ended])).toEqual(["done", "done"]);
    expect(joined(film.chunks)).toEqual(patternBytes(0, FILE_BYTES));
    expect(joined(subs.chunks)).toEqual(resourceBytes(0, 1000));
    const handles = connection.source.asked.map(({ handle }) => handle);
    expect(handles.indexOf(1)).toBeLessThan(handles.lastIndexOf(0));
  });

  test("an interactive read of it goes before a download of the file", async () => {
    const { file, connection } = await createConnectedBench();
    const resource = await open(file, connection);
    const download = collect(file.stream({ priority: "background" }));
    await settle();
    const read = resource.read({ start: 0, end: 50 });
    await settle();
    expect(connection.source.asked.at(-1)).toMatchObject({ handle: 1, offset: 0, length: 50 });
    await connection.serve();
    expect(await read).toEqual(resourceBytes(0, 50));
    expect(await download.ended).toBe("done");
  });

  test("a read outside of it fails with out-of-range, whatever the file's size", async () => {
    const { file, connection } = await createConnectedBench();
    const resource = await open(file, connection);
    await expect(resource.read({ start: 0, end: 1001 })).rejects.toMatchObject({ reason: "out-of-range" });
  });

  test("that the host refuses is an error of this call alone", async () => {
    const { file, connection } = await createConnectedBench();
    const opening = file.open("no/such/file");
    await settle();
    connection.opens.at(-1)?.answer.reject(refused("file-gone"));
    await expect(opening).rejects.toMatchObject({ reason: "file-gone" });
    const { chunks, ended } = collect(file.stream({ end: 10 }));
    await connection.serve();
    expect(await ended).toBe("done");
    expect(joined(chunks)).toHaveLength(10);
  });

  test("close() fails its streams, frees its handle once, and leaves the file's alone", async () => {
    const { file, connection } = await createConnectedBench();
    const resource = await open(file, connection, 5);
    const [film, subs] = [collect(file.stream()), collect(resource.stream())];
    await settle();
    resource.close();
    resource.close();
    expect(await subs.ended).toBe("closed");
    expect(connection.closedHandles).toEqual([5]);
    expect(connection.source.ranges.every(({ request }) => request.handle === 0)).toBe(true);
    expect(await collect(resource.stream()).ended).toBe("closed");
    await connection.serve();
    expect(await film.ended).toBe("done");
  });

  test.each(["", "a".repeat(4097)])("a path that the wire can't carry is refused", async (path) => {
    const { file } = await createConnectedBench();
    await expect(file.open(path)).rejects.toThrow(RangeError);
  });
});

describe("R-1, X-8: over a new session", () => {
  test("the resource is opened again, and its stream continues at the same byte with the new handle", async () => {
    const { file, connection, attempt } = await createConnectedBench();
    const resource = await open(file, connection);
    const { chunks, ended } = collect(resource.stream());
    await connection.serve(3);
    connection.source.ranges[0]?.data(33);
    await settle();
    connection.end("no-connection");
    await settle();
    const next = await attempt().succeed(fakeFacts(FILE_BYTES), content);
    await next.serve();
    expect(next.source.asked).toEqual([]);
    expect(next.opens.map(({ path }) => path)).toEqual([PATH]);
    await answer(next, 8);
    await next.serve();
    expect(await ended).toBe("done");
    expect(joined(chunks)).toEqual(resourceBytes(0, 1000));
    expect(new Set(next.source.asked.map(({ handle }) => handle))).toEqual(new Set([8]));
  });

  test("R-2: another version of it ends the resource, not the file; the new handle is closed", async () => {
    const { file, connection, attempt } = await createConnectedBench();
    const resource = await open(file, connection);
    const [film, subs] = [collect(file.stream()), collect(resource.stream())];
    await connection.serve(2);
    connection.end("no-connection");
    await settle();
    const next = await attempt().succeed(fakeFacts(FILE_BYTES), content);
    await answer(next, 8, { size: 1000, etag: '"s2"' });
    expect(await subs.ended).toBe("file-changed");
    expect(resource.ended).toMatchObject({ reason: "file-changed" });
    expect(next.closedHandles).toEqual([8]);
    await next.serve();
    expect(await film.ended).toBe("done");
  });

  test("another version of the file ends its streams, not those of the resource", async () => {
    const { file, connection, attempt } = await createConnectedBench();
    const resource = await open(file, connection);
    const [film, subs] = [collect(file.stream()), collect(resource.stream())];
    await connection.serve(2);
    connection.end("no-connection");
    await settle();
    const next = await attempt().succeed(fakeFacts(FILE_BYTES, '"v2"'), content);
    await answer(next, 1);
    await next.serve();
    expect(await film.ended).toBe("file-changed");
    expect(await subs.ended).toBe("done");
    expect(joined(subs.chunks)).toEqual(resourceBytes(0, 1000));
  });

  test("a resource that is no longer there ends with the host's reason", async () => {
    const { file, connection, attempt } = await createConnectedBench();
    const subs = collect((await open(file, connection)).stream());
    await settle();
    connection.end("no-connection");
    await settle();
    const next = await attempt().succeed();
    next.opens.at(-1)?.answer.reject(refused("file-gone"));
    expect(await subs.ended).toBe("file-gone");
  });

  test.each(["busy", "timeout", "unreadable"] as const)("a host that answers %s is asked again, and the stream waits", async (reason) => {
    const { file, connection, attempt } = await createConnectedBench();
    const subs = collect((await open(file, connection)).stream());
    await settle();
    connection.end("no-connection");
    await settle();
    const next = await attempt().succeed(fakeFacts(FILE_BYTES), content);
    next.opens.at(-1)?.answer.reject(new ClientError(reason, "not now"));
    await settle();
    expect(next.opens).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(next.opens).toHaveLength(2);
    await answer(next, 4);
    await next.serve();
    expect(await subs.ended).toBe("done");
    expect(joined(subs.chunks)).toEqual(resourceBytes(0, 1000));
  });

  test("without a validator nothing shows that it is the same, and it ends", async () => {
    const { file, connection, attempt } = await createConnectedBench();
    const opening = file.open(PATH);
    await settle();
    await answer(connection, 1, { size: 1000 });
    const subs = collect((await opening).stream());
    connection.end("no-connection");
    await settle();
    await answer(await attempt().succeed(), 1, { size: 1000 });
    expect(await subs.ended).toBe("file-changed");
    expect((await opening).ended?.message).toContain("can't show that the file is the same");
  });

  test("a session that is lost before it answers is followed by the next, which is asked again", async () => {
    const { file, connection, attempt } = await createConnectedBench();
    const resource = await open(file, connection);
    const subs = collect(resource.stream());
    await settle();
    connection.end("no-connection");
    await settle();
    const second = await attempt().succeed(fakeFacts(FILE_BYTES), content);
    second.end("no-connection");
    await vi.advanceTimersByTimeAsync(30_000);
    const third = await attempt().succeed(fakeFacts(FILE_BYTES), content);
    await answer(third, 2);
    await third.serve();
    expect(await subs.ended).toBe("done");
    expect(joined(subs.chunks)).toEqual(resourceBytes(0, 1000));
  });

  test("R-3: a host that reports that the resource changed ends it, and keeps the session", async () => {
    const { file, connection, phases } = await createConnectedBench();
    const subs = collect((await open(file, connection)).stream());
    await settle();
    connection.source.ranges[0]?.end({ kind: "failed", error: new ClientError("file-changed", "it changed") });
    expect(await subs.ended).toBe("file-changed");
    expect(connection.isOpen).toBe(true);
    expect(phases()).toEqual(["connecting", "connected"]);
  });
});

describe("X-8: an open without a session", () => {
  test("waits for one, both before the first and between two", async () => {
    const { file, attempt } = createReconnectingBench();
    const first = file.open(PATH);
    const connection = await attempt().succeed();
    await answer(connection, 1);
    expect((await first).size).toBe(1000);
    const second = file.open("other");
    await settle();
    connection.end("closed");
    await vi.advanceTimersByTimeAsync(30_000);
    const next = await attempt().succeed();
    for (const { answer: pending } of next.opens) pending.resolve({ handle: 3, facts: FACTS });
    expect((await second).ended).toBeUndefined();
    expect(next.opens.map(({ path }) => path).sort()).toEqual(["other", PATH]);
  });

  test("ends when its signal aborts, and when the file ends", async () => {
    const { file } = createReconnectingBench();
    const stop = new AbortController();
    const aborted = expect(file.open(PATH, { signal: stop.signal })).rejects.toMatchObject({ reason: "aborted" });
    const closed = expect(file.open(PATH)).rejects.toMatchObject({ reason: "closed" });
    stop.abort();
    await aborted;
    await file.close();
    await closed;
    await expect(file.open(PATH)).rejects.toMatchObject({ reason: "closed" });
  });
});

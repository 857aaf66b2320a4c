import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ClientError } from "../client-error.ts";
import { fakeFacts } from "../testing/fake-connection.ts";
import {
  collect,
  createReconnectingBench,
  FILE_BYTES,
  type ReconnectingBench,
  settle,
  createConnectedBench,
} from "../testing/reconnecting-bench.ts";
import { isPattern } from "@rangecast/testkit/files/pattern";
import { LONGEST_WAIT_MS } from "./backoff.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] }));
afterEach(() => void vi.useRealTimers());

const pass = async (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);
const joined = (chunks: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(chunks));

describe("a stream", () => {
  test("continues at the same byte over a new session of the same version", async () => {
    const { file, connection, attempt, phases } = await createConnectedBench();
    const { chunks, ended } = collect(file.stream());
    await connection.serve(3);
    connection.source.ranges[0]?.data(33);
    await settle();
    connection.end("no-connection");
    await settle();
    const next = await attempt().succeed();
    await next.serve();
    expect(await ended).toBe("done");
    expect(isPattern(joined(chunks), 0, FILE_BYTES)).toBe(true);
    expect(phases()).toEqual(["connecting", "connected", "connecting", "connected"]);
    expect(file.stats()).toMatchObject({ receivedBytes: FILE_BYTES, sessions: 2 });
  });

  test("opened without a session waits for one, both before the first and between two", async () => {
    const { file, attempt } = createReconnectingBench();
    const first = collect(file.stream({ start: 10, end: 20 }));
    const connection = await attempt().succeed();
    await connection.serve();
    expect(await first.ended).toBe("done");
    connection.end("closed");
    await settle();
    const second = collect(file.stream({ start: 30, end: 40 }));
    await pass(LONGEST_WAIT_MS);
    await (await attempt().succeed()).serve();
    expect(await second.ended).toBe("done");
    expect([joined(first.chunks), joined(second.chunks)].map((bytes, at) => isPattern(bytes, at * 20 + 10, at * 20 + 20))).toEqual([
      true,
      true,
    ]);
  });

  test("waits without limit for a host that is busy", async () => {
    const { file, connection } = await createConnectedBench();
    const { chunks, ended } = collect(file.stream({ end: 10 }));
    await settle();
    for (let tries = 0; tries < 50; tries += 1) {
      connection.source.ranges[0]?.end({ kind: "busy" });
      await pass(LONGEST_WAIT_MS);
    }
    await connection.serve();
    expect(await ended).toBe("done");
    expect(joined(chunks)).toHaveLength(10);
  });

  test.each([
    [{ start: 0, end: FILE_BYTES + 1 }, "out-of-range"],
    [{ version: "another" }, "file-changed"],
  ])("of %o fails with %s, also if it was opened before the first session", async (options, reason) => {
    const early = createReconnectingBench();
    const waiting = collect(early.file.stream(options));
    await early.attempt().succeed();
    expect(await waiting.ended).toBe(reason);
    const { file } = await createConnectedBench();
    expect(await collect(file.stream(options)).ended).toBe(reason);
  });

  test("fails at once when its signal aborts, whatever the file waits for", async () => {
    const ways: ((bench: ReconnectingBench) => Promise<void>)[] = [
      async () => undefined,
      async ({ attempt }) => attempt().fail("host-offline"),
      async ({ attempt }) => void (await attempt().succeed()),
      async ({ attempt }) => (await attempt().succeed()).onHealth?.("silent"),
    ];
    for (const way of ways) {
      const bench = createReconnectingBench();
      await way(bench);
      const controller = new AbortController();
      const { ended } = collect(bench.file.stream({ signal: controller.signal }));
      const read = bench.file.read({ signal: controller.signal });
      const opened = bench.file.opened(AbortSignal.abort());
      await settle();
      controller.abort();
      expect(await ended).toBe("aborted");
      await expect(read).rejects.toMatchObject({ reason: "aborted" });
      if (bench.file.version === undefined) await expect(opened).rejects.toMatchObject({ reason: "aborted" });
      await bench.file.close();
      expect(vi.getTimerCount()).toBe(0);
    }
  });
});

describe("a session whose host falls silent", () => {
  test("stays open until there is a new one, over which streams continue: no byte is lost or repeated", async () => {
    const { file, connection, attempt, phases } = await createConnectedBench();
    const { chunks, ended } = collect(file.stream());
    await connection.serve(2);
    connection.source.ranges[0]?.data(7);
    connection.onHealth?.("silent");
    await settle();
    expect(connection.isOpen).toBe(true);
    const next = await attempt().succeed();
    expect([connection.isOpen, connection.closes]).toEqual([false, 1]);
    await next.serve();
    expect(await ended).toBe("done");
    expect(isPattern(joined(chunks), 0, FILE_BYTES)).toBe(true);
    expect(phases()).toEqual(["connecting", "connected", "suspect+connecting", "connected"]);
  });

  test("and answers again is kept, and the attempt at another is aborted", async () => {
    const { connection, attempts, phases } = await createConnectedBench();
    connection.onHealth?.("silent");
    connection.onHealth?.("well");
    await pass(LONGEST_WAIT_MS);
    expect(attempts).toHaveLength(2);
    expect(attempts[1]?.givenUp).toBe(true);
    expect(connection.isOpen).toBe(true);
    expect(phases()).toEqual(["connecting", "connected", "suspect+connecting", "connected"]);
  });

  test("is kept until it ends if the attempts at another fail; they continue after its end", async () => {
    const { connection, attempts, attempt, phases } = await createConnectedBench();
    connection.onHealth?.("silent");
    await attempt().fail("relay-unreachable");
    expect(connection.isOpen).toBe(true);
    await pass(2000);
    expect(attempts).toHaveLength(3);
    connection.end("no-connection");
    await settle();
    expect(attempts).toHaveLength(3);
    await attempt().succeed();
    expect(phases().slice(2)).toEqual(["suspect+connecting", "suspect+waiting", "suspect+connecting", "connecting", "connected"]);
  });

  test("is not replaced for a file without a validator: streams couldn't continue", async () => {
    const { connection, attempts, phases } = await createConnectedBench(fakeFacts(FILE_BYTES, ""));
    connection.onHealth?.("silent");
    await pass(9000);
    expect(attempts).toHaveLength(1);
    connection.onHealth?.("well");
    expect(phases()).toEqual(["connecting", "connected", "suspect", "connected"]);
  });

  test("an attempt that succeeds a moment after it was aborted is closed", async () => {
    const { connection, attempts } = await createConnectedBench();
    connection.onHealth?.("silent");
    const late = attempts[1];
    if (late === undefined) throw new Error("there was no attempt");
    const successor = late.succeed();
    connection.onHealth?.("well");
    expect((await successor).closes).toBe(1);
    expect(connection.isOpen).toBe(true);
  });
});

describe("another version", () => {
  test.each([
    ["another validator", fakeFacts(FILE_BYTES, '"v2"')],
    ["no validator", fakeFacts(FILE_BYTES, "")],
    ["a weak validator", fakeFacts(FILE_BYTES, 'W/"v1"')],
    ["another size", fakeFacts(FILE_BYTES + 1)],
  ])("at the new session (%s) fails the streams of the old one with file-changed, and is announced", async (_, facts) => {
    const { file, connection, attempt, versions } = await createConnectedBench();
    const { chunks, ended } = collect(file.stream());
    await connection.serve(2);
    connection.end("closed");
    await settle();
    const next = await attempt().succeed(facts);
    expect(await ended).toBe("file-changed");
    expect(isPattern(joined(chunks), 0, joined(chunks).byteLength)).toBe(true);
    expect(next.source.asked).toEqual([]);
    expect(versions.map(({ id, etag }) => [id, etag])).toEqual([
      ["1", '"v1"'],
      ["2", facts.etag],
    ]);
    expect(file.version?.id).toBe("2");
    expect(await collect(file.stream({ version: "1" })).ended).toBe("file-changed");
  });

  test("comes with every session without a validator, even with the same size and name", async () => {
    const { file, connection, attempt, versions } = await createConnectedBench(fakeFacts(FILE_BYTES, ""));
    const { ended } = collect(file.stream());
    await settle();
    connection.end("closed");
    await settle();
    await attempt().succeed(fakeFacts(FILE_BYTES, ""));
    expect(await ended).toBe("file-changed");
    expect(versions).toHaveLength(2);
  });

  test("reported by the host fails every stream at once, closes the session, and opens another", async () => {
    const { file, connection, attempt, versions, phases } = await createConnectedBench();
    const both = [collect(file.stream()), collect(file.stream({ start: 1000 }))];
    await settle();
    connection.source.ranges[0]?.end({ kind: "failed", error: new ClientError("file-changed", "it changed") });
    expect(await Promise.all(both.map(({ ended }) => ended))).toEqual(["file-changed", "file-changed"]);
    expect(connection.isOpen).toBe(false);
    expect(file.version).toBeUndefined();
    const later = collect(file.stream({ end: 10 }));
    await (await attempt().succeed(fakeFacts(FILE_BYTES, '"v2"'))).serve();
    expect(await later.ended).toBe("done");
    expect(versions.map(({ etag }) => etag)).toEqual(['"v1"', '"v2"']);
    expect(phases()).toEqual(["connecting", "connected", "connecting", "connected"]);
  });

  test("is not assumed for a file that was gone and is put back: its id stays, and a stream of that id waits for it", async () => {
    const { file, connection, attempt, versions } = await createConnectedBench();
    const { ended } = collect(file.stream());
    await settle();
    connection.source.ranges[0]?.end({ kind: "failed", error: new ClientError("file-gone", "it is gone") });
    expect(await ended).toBe("file-gone");
    const again = collect(file.stream({ version: "1", end: 10 }));
    await (await attempt().succeed()).serve();
    expect(await again.ended).toBe("done");
    expect(versions.map(({ id }) => id)).toEqual(["1", "1"]);
  });

  test("with every session slows the attempts down", async () => {
    const { file, attempts } = createReconnectingBench();
    const until = Date.now() + 120_000;
    while (Date.now() < until) {
      const last = attempts.at(-1);
      const connection = await last?.succeed();
      const { ended } = collect(file.stream());
      await settle();
      connection?.source.ranges[0]?.end({ kind: "failed", error: new ClientError("file-changed", "") });
      await ended;
      const count = attempts.length;
      while (attempts.length === count && Date.now() < until) await pass(500);
    }
    expect(attempts.length).toBeLessThan(12);
  });
});

describe("renew", () => {
  test("opens a new session, and then closes the old one; streams continue", async () => {
    const { file, connection, attempt, phases } = await createConnectedBench();
    const { chunks, ended } = collect(file.stream());
    await connection.serve(2);
    file.renew();
    expect(connection.isOpen).toBe(true);
    connection.onHealth?.("silent");
    connection.onHealth?.("well");
    const next = await attempt().succeed();
    expect(connection.isOpen).toBe(false);
    await next.serve();
    expect(await ended).toBe("done");
    expect(isPattern(joined(chunks), 0, FILE_BYTES)).toBe(true);
    expect(phases()).toEqual(["connecting", "connected", "suspect+connecting", "connected"]);
  });
});

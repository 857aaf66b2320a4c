import { encodeList, type FolderList } from "@rangecast/wire";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ClientError } from "../client-error.ts";
import { factsOfHello, type FileFacts, isFolder, type ResourceFacts } from "../session/file-facts.ts";
import { type FakeConnection, fakeFacts } from "../testing/fake-connection.ts";
import { type ConnectedBench, createConnectedBench, settle } from "../testing/reconnecting-bench.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] }));
afterEach(() => void vi.useRealTimers());

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const SEASON: FolderList = {
  entries: [
    { name: bytes("e1.mp4"), kind: "file", size: 5, modifiedMs: 1 },
    { name: bytes("extras"), kind: "folder", size: 0, modifiedMs: 2 },
  ],
  skipped: 3,
};
const FOLDER: FileFacts = { ...fakeFacts(0), features: new Set(["handles", "folders"]) };

/** A session with a share of folders. */
const connected = (): Promise<ConnectedBench> => createConnectedBench(FOLDER);

/** The host answers the last OPEN with a list. */
async function answer(connection: FakeConnection, list: Uint8Array, facts: Partial<ResourceFacts> = {}): Promise<void> {
  connection.source.content = (start, end) => list.slice(start, end);
  connection.opens.at(-1)?.answer.resolve({ handle: connection.opens.length, facts: { size: list.byteLength, etag: '"l1"', ...facts } });
  await settle();
  await connection.serve();
}

describe("X-15: a folder's list", () => {
  test("is opened by the folder's path, read whole, and closed", async () => {
    const { file, connection } = await connected();
    const reading = file.readFolder(bytes("Season 1"));
    await settle();
    await answer(connection, encodeList(SEASON));
    expect(await reading).toEqual(SEASON);
    expect(connection.opens.map(({ path }) => path)).toEqual(["Season 1//list"]);
    expect(connection.closedHandles).toEqual([1]);
  });

  test("is opened again if the folder has another one in the session that follows", async () => {
    const { file, connection, attempt } = await connected();
    const reading = file.readFolder(bytes(""));
    await settle();
    connection.opens[0]?.answer.resolve({ handle: 1, facts: { size: 500, etag: '"l1"' } });
    await settle();
    connection.end("no-connection");
    await settle();
    const next = await attempt().succeed(FOLDER);
    await answer(next, encodeList(SEASON), { etag: '"l2"' });
    await answer(next, encodeList(SEASON), { etag: '"l2"' });
    expect(await reading).toEqual(SEASON);
    expect(next.opens.map(({ path }) => path)).toEqual(["//list", "//list"]);
  });

  test("is opened again if the host is busy, up to three times", async () => {
    const { file, connection } = await connected();
    const reading = file.readFolder(bytes(""));
    const busy = expect(reading).rejects.toMatchObject({ reason: "busy" });
    for (let opened = 1; opened <= 3; opened += 1) {
      await settle();
      expect(connection.opens).toHaveLength(opened);
      connection.opens.at(-1)?.answer.reject(new ClientError("busy", "too many"));
    }
    await busy;
  });

  test("of a share that is a file is not asked for", async () => {
    const { file, connection } = await createConnectedBench();
    await expect(file.readFolder(bytes(""))).rejects.toMatchObject({ reason: "unsupported" });
    expect(connection.opens).toEqual([]);
  });

  test.each<[string, Uint8Array, Partial<ResourceFacts>, string]>([
    ["that is too long", encodeList(SEASON), { size: 64 * 1024 * 1024 + 1 }, "unsupported"],
    ["without a size", encodeList(SEASON), { provisional: true }, "protocol-error"],
    ["that is none", bytes("{}\n"), {}, "protocol-error"],
  ])("%s is refused, and closed", async (_, list, facts, reason) => {
    const { file, connection } = await connected();
    const reading = file.readFolder(bytes(""));
    const refused = expect(reading).rejects.toMatchObject({ name: "ClientError", reason });
    await settle();
    await answer(connection, list, facts);
    await refused;
    expect(connection.closedHandles).toEqual([1]);
  });

  test("that the host refuses fails with the host's reason; a path that is too long is not sent", async () => {
    const { file, connection } = await connected();
    const reading = file.readFolder(bytes("gone"));
    await settle();
    connection.opens.at(-1)?.answer.reject(new ClientError("file-gone", "no"));
    await expect(reading).rejects.toMatchObject({ reason: "file-gone" });
    await expect(file.readFolder(new Uint8Array(4096).fill(97))).rejects.toMatchObject({ reason: "unsupported" });
  });

  test("that is being read is given up by an abort", async () => {
    const { file, connection } = await connected();
    const canceller = new AbortController();
    const reading = file.readFolder(bytes(""), { signal: canceller.signal });
    const aborted = expect(reading).rejects.toMatchObject({ reason: "aborted" });
    await settle();
    connection.opens.at(-1)?.answer.resolve({ handle: 1, facts: { size: 500 } });
    await settle();
    canceller.abort();
    await aborted;
    expect(connection.closedHandles).toEqual([1]);
  });
});

test("X-14: a HELLO that announces folders has the folder's name beside the one for base browsers", () => {
  const hello = { type: "hello", streamId: 0, size: 0n, name: "Season 1 (a folder)", transcoding: false, seekable: true } as const;
  const folder = factsOfHello({ ...hello, announcement: { version: 1, name: "Season 1", features: ["folders"] } });
  expect([folder.name, isFolder(folder)]).toEqual(["Season 1", true]);
  const file = factsOfHello({ ...hello, announcement: { version: 1, features: ["handles"] } });
  expect([file.name, isFolder(file)]).toEqual(["Season 1 (a folder)", false]);
});

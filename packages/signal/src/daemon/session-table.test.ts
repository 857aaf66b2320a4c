import { settle } from "@rangecast/testkit/settle";
import { describe, expect, test } from "vitest";
import { collect, fakeFetch, ok, take } from "../../test/fake-fetch.ts";
import type { SignalMessage } from "../messages/message.ts";
import { createRandomId } from "../encoding/random.ts";
import { type IncomingSession, SessionTable } from "./session-table.ts";

const { signal } = new AbortController();
const KIBIBYTE = 1024;

function createTable(): SessionTable {
  return new SessionTable({ base: "https://relay.example", fetch: fakeFetch(ok).fetch });
}

function tell(table: SessionTable, sessionId: string, offer = "offer"): void {
  table.take({ event: "session", id: undefined, data: JSON.stringify({ shareId: createRandomId(), sessionId, token: "t", offer }) });
}

function send(table: SessionTable, sessionId: string, payload: string): void {
  table.take({ event: "signal", id: undefined, data: JSON.stringify({ sessionId, from: "browser", type: "candidate", payload }) });
}

async function open(table: SessionTable, offer?: string): Promise<IncomingSession> {
  const sessionId = createRandomId();
  tell(table, sessionId, offer);
  const [session] = await take(1, table.incoming.read(signal));
  return session ?? expect.fail();
}

const readAll = (session: IncomingSession): { items: SignalMessage[]; done: Promise<unknown> } =>
  collect(session.signals.messages({ signal }));

describe("a session that is not read", () => {
  test("is closed with an error at the 128th unread message, and not before", async () => {
    const table = createTable();
    const session = await open(table);
    for (let count = 1; count < 128; count += 1) send(table, session.sessionId, "c");
    const other = await open(table);
    for (let count = 1; count < 128; count += 1) send(table, other.sessionId, "c");
    send(table, other.sessionId, "one too many");
    expect(await readAll(other).done).toMatchObject({ name: "SignalError", reason: "over-cap" });
    const { items } = readAll(session);
    await settle();
    expect(items).toHaveLength(128);
  });

  test("is closed with an error when its unread messages are too large", async () => {
    const table = createTable();
    const session = await open(table);
    for (let count = 0; count < 3; count += 1) send(table, session.sessionId, "x".repeat(200 * KIBIBYTE));
    expect(await readAll(session).done).toMatchObject({ reason: "over-cap" });
  });

  test("frees its memory, and all sessions together store no more than 16 MiB", async () => {
    const table = createTable();
    const offer = "x".repeat(200 * KIBIBYTE);
    const sessions: IncomingSession[] = [];
    for (let count = 0; count < 100; count += 1) sessions.push(await open(table, offer));
    const kept = async (): Promise<number> => {
      const aborted = new AbortController();
      const results = sessions.map(({ signals }) => collect(signals.messages({ signal: aborted.signal })));
      await settle();
      aborted.abort();
      const outcomes = await Promise.all(results.map(({ done }) => done));
      expect(outcomes.filter((outcome) => outcome !== undefined).length).toBe(100 - 81);
      return results.filter(({ items }) => items.length === 1).length;
    };
    // 16 MiB hold 81 offers of 200 KiB.
    expect(await kept()).toBe(81);
    expect(readAll(await open(table, offer)).items).toEqual([]);
    const [first] = await take(1, (await open(table, offer)).signals.messages({ signal }));
    expect(first?.payload).toHaveLength(offer.length);
  });

  test("frees its memory when it is closed unread", async () => {
    const table = createTable();
    const offer = "x".repeat(200 * KIBIBYTE);
    for (let count = 0; count < 100; count += 1) (await open(table, offer)).close();
    const [first] = await take(1, (await open(table, offer)).signals.messages({ signal }));
    expect(first?.payload).toHaveLength(offer.length);
  });

  test("messages after it was closed are ignored", async () => {
    const table = createTable();
    const session = await open(table);
    session.close();
    send(table, session.sessionId, "late");
    const { items, done } = readAll(session);
    expect(await done).toBeUndefined();
    expect(items).toEqual([]);
  });
});

test("a session that is read is never closed, however much arrives", async () => {
  const table = createTable();
  const session = await open(table);
  const { items } = readAll(session);
  for (let count = 1; count <= 1000; count += 1) {
    send(table, session.sessionId, `${count} ${"x".repeat(KIBIBYTE)}`);
    await settle();
  }
  expect(items.map(({ payload }) => parseInt(payload, 10)).slice(1)).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1));
});

test("a reader that leaves the loop can continue later; an abort closes the session", async () => {
  const table = createTable();
  const session = await open(table);
  send(table, session.sessionId, "c1");
  expect((await take(1, session.signals.messages({ signal }))).map(({ type }) => type)).toEqual(["offer"]);
  const controller = new AbortController();
  const second = collect(session.signals.messages({ signal: controller.signal }));
  await settle();
  expect(second.items.map(({ payload }) => payload)).toEqual(["c1"]);
  controller.abort();
  expect(await second.done).toBeUndefined();
  send(table, session.sessionId, "late");
  expect(await readAll(session).done).toBeUndefined();
});

test("up to 256 new sessions wait for the reader", async () => {
  const table = createTable();
  const ids = Array.from({ length: 300 }, createRandomId);
  for (const id of ids) tell(table, id);
  expect(await take(256, table.incoming.read(signal))).toHaveLength(256);
  // A refused session leaves no trace: if its event is repeated, it is accepted.
  tell(table, ids[299] ?? "");
  const [next] = await take(1, table.incoming.read(signal));
  expect(next?.sessionId).toBe(ids[299]);
});

test("at 4,096 sessions the oldest unread one is closed; if all are read, the new one is refused", async () => {
  const table = createTable();
  const sessions: IncomingSession[] = [];
  for (let count = 0; count < 4096; count += 1) sessions.push(await open(table));
  const [first, second, ...rest] = sessions;
  if (first === undefined || second === undefined) expect.fail();
  const read = readAll(first);
  const next = await open(table);
  expect(await readAll(second).done).toMatchObject({ reason: "over-cap" });
  const { items } = readAll(next);
  for (const session of rest) readAll(session);
  await settle();
  expect([read.items.length, items.length]).toEqual([1, 1]);
  tell(table, createRandomId());
  next.close();
  tell(table, "AAAAAAAAAAAAAAAAAAAAAA");
  const [taken] = await take(1, table.incoming.read(signal));
  expect(taken?.sessionId).toBe("AAAAAAAAAAAAAAAAAAAAAA");
});

test("closing with an error passes it to the reader of the sessions", async () => {
  const table = createTable();
  const { done } = collect(table.incoming.read(signal));
  table.close({ error: new Error("our own fault") });
  expect(await done).toMatchObject({ message: "our own fault" });
});

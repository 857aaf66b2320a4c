import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Call, collect, fakeFetch, hang, json, networkFailure, ok, openStream, signalEvent, take } from "../../test/fake-fetch.ts";
import { until } from "../../test/until.ts";
import { HEDGE_AFTER_MS, MAX_REQUESTS } from "./hedged-request.ts";
import { joinShare } from "./join-share.ts";
import type { ShareLink } from "../link/link.ts";
import { createRandomId, createSecret } from "../encoding/random.ts";
import { deriveJoinToken } from "../link/share.ts";

const link: ShareLink = {
  page: "https://page.example",
  relay: "https://relay.example/r",
  shareId: createRandomId(),
  secret: createSecret(),
};
const epoch = createRandomId();
const there = (): Response =>
  json({ online: true, epoch, iceServers: [{ urls: ["stun:stun.example"], username: "u", credential: "c", more: 1 }], more: 1 });
const opened = (): Response => json({ token: "SESSION-TOKEN", iceServers: [] }, 201);
type Answer = Response | Error | Promise<Response>;

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] }));
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** The result, while the fake clock advances. */
async function outcome<T>(promise: Promise<T>): Promise<unknown> {
  let result: { value: unknown } | undefined;
  promise.then(
    (value) => (result = { value }),
    (error: unknown) => (result = { value: error }),
  );
  await until(() => result !== undefined);
  return result?.value;
}

const script = (...answers: ((call: Call) => Answer)[]): ReturnType<typeof fakeFetch> =>
  fakeFetch((call, index) => (answers[index] ?? answers.at(-1))?.(call) ?? ok());

test("L-2: joining sends the join token, and never the secret", async () => {
  const { fetch, calls } = script(there);
  const joined = await joinShare({ link, fetch });
  expect(joined).toMatchObject({ epoch, iceServers: [{ urls: ["stun:stun.example"], username: "u", credential: "c" }] });
  expect(calls).toMatchObject([{ url: `https://relay.example/r/api/v1/shares/${link.shareId}`, method: "GET" }]);
  expect(Object.fromEntries(calls[0]?.headers ?? [])).toEqual({
    authorization: `Bearer ${await deriveJoinToken(link.secret, link.shareId)}`,
  });
});

test("R-6: a request on a dead connection is repeated on another one, and aborted when that one gets a response", async () => {
  const { fetch, calls } = script(hang, there);
  const startMs = performance.now();
  expect(await outcome(joinShare({ link, fetch }))).toMatchObject({ epoch });
  expect(performance.now() - startMs).toBeLessThan(2 * HEDGE_AFTER_MS);
  expect(calls.map(({ signal }) => signal?.aborted)).toEqual([true, false]);
});

test("L-3: the session id is 128 random bits, or the given one", async () => {
  const { fetch } = script(there);
  const ids = [(await joinShare({ link, fetch })).sessionId, (await joinShare({ link, fetch })).sessionId];
  expect(new Set(ids).size).toBe(2);
  for (const id of ids) expect(id).toMatch(/^[\w-]{22}$/u);
  expect((await joinShare({ link, fetch, sessionId: "AAAAAAAAAAAAAAAAAAAAAA" })).sessionId).toBe("AAAAAAAAAAAAAAAAAAAAAA");
});

test.each([
  [["long-poll"], ["", "?poll=0"]],
  [["other"], [""]],
  ["malformed", [""]],
])("L-17: events that are held back are polled only if the relay announced it: %j", async (features, queries) => {
  const announced = (): Response => json({ token: "SESSION-TOKEN", iceServers: [], features }, 201);
  const { fetch, calls } = script(there, announced, () => openStream().response);
  const client = await (await joinShare({ link, fetch })).open("SEALED");
  const reading = new AbortController();
  const { done } = collect(client.messages({ signal: reading.signal }));
  await vi.advanceTimersByTimeAsync(5000);
  reading.abort();
  await done;
  expect(calls.slice(2).map(({ url }) => new URL(url).search)).toEqual(queries);
});

test("L-3: the session is opened with the sealed offer, and then used with its own token", async () => {
  const { fetch, calls } = script(
    there,
    opened,
    ok,
    () => openStream(signalEvent(1, "browser", "offer", "own"), signalEvent(2, "agent", "answer", "sealed")).response,
  );
  const joined = await joinShare({ link, fetch });
  const client = await joined.open("SEALED");
  expect(calls[1]).toMatchObject({
    url: `https://relay.example/r/api/v1/shares/${link.shareId}/sessions/${joined.sessionId}`,
    method: "POST",
    body: { from: "browser", type: "offer", payload: "SEALED" },
  });
  expect(calls[1]?.headers.get("authorization")).toBe(calls[0]?.headers.get("authorization"));
  await client.post({ type: "candidate", payload: "c" });
  expect(await take(1, client.messages({ signal: new AbortController().signal }))).toMatchObject([{ type: "answer", payload: "sealed" }]);
  const url = `https://relay.example/r/api/internal/stream/signal/${joined.sessionId}`;
  expect(calls.slice(2).map((call) => [call.url, call.headers.get("authorization")])).toEqual([
    [url, "Bearer SESSION-TOKEN"],
    [`${url}/events`, "Bearer SESSION-TOKEN"],
  ]);
  expect(calls[2]?.body).toMatchObject({ from: "browser" });
});

describe("looking up the share fails with a reason", () => {
  test.each<[string, () => Answer, object, number]>([
    ["a wrong link, or a share that doesn't exist", () => json({ error: "not-found" }, 404), { reason: "not-found" }, 1],
    ["a daemon that is not there", () => json({ online: false, epoch, iceServers: [] }), { reason: "offline" }, 1],
    ["too many viewers", () => json({ error: "busy" }, 429, { "retry-after": "1" }), { reason: "busy", retryAfterMs: 1000 }, 1],
    ["a relay that refuses", () => json({}, 400), { reason: "refused" }, 1],
  ])("%s: at once", async (_name, answer, error, tries) => {
    const { fetch, calls } = script(answer);
    expect(await outcome(joinShare({ link, fetch }))).toMatchObject({ name: "SignalError", ...error });
    expect(calls).toHaveLength(tries);
  });

  test.each<[string, () => Answer, string]>([
    ["a relay that can't be reached", networkFailure, "unreachable"],
    ["a relay in trouble", () => json({}, 502), "unreachable"],
    ["another page", () => new Response("<html>"), "bad-answer"],
    ["no epoch", () => json({ online: true, iceServers: [] }), "bad-answer"],
    ["too much", () => json({ online: true, epoch, iceServers: [], more: "x".repeat(100_000) }), "bad-answer"],
    ["invalid ICE servers", () => json({ online: true, epoch, iceServers: [{ urls: "http://x" }] }), "bad-answer"],
    [
      "a hundred ICE servers",
      () => json({ online: true, epoch, iceServers: Array.from({ length: 100 }, () => ({ urls: "stun:x" })) }),
      "bad-answer",
    ],
  ])("%s: after a few attempts within some seconds", async (_name, answer, reason) => {
    const { fetch, calls } = script(answer);
    const troubles: unknown[] = [];
    const startMs = performance.now();
    expect(await outcome(joinShare({ link, fetch, onTrouble: (error) => troubles.push(error.reason) }))).toMatchObject({
      name: "SignalError",
      reason,
    });
    expect(performance.now() - startMs).toBeLessThanOrEqual(16_000);
    expect(calls.length).toBeLessThanOrEqual(4);
    expect(troubles).toHaveLength(calls.length - 1);
  });

  test("a relay that never responds: after one attempt of a few requests", async () => {
    const { fetch, calls } = script(hang);
    const startMs = performance.now();
    expect(await outcome(joinShare({ link, fetch }))).toMatchObject({ name: "SignalError", reason: "unreachable" });
    expect(performance.now() - startMs).toBeLessThanOrEqual(16_000);
    expect(calls).toHaveLength(MAX_REQUESTS);
  });

  test("but not when a second attempt succeeds", async () => {
    const { fetch } = script(networkFailure, there);
    expect(await outcome(joinShare({ link, fetch }))).toMatchObject({ epoch });
  });
});

describe("opening fails with a reason, after one attempt", () => {
  test.each<[string, () => Answer, object]>([
    ["the share is gone", () => json({ error: "not-found" }, 404), { reason: "not-found" }],
    ["the daemon is not there", () => json({ error: "offline", message: "…" }, 503), { reason: "offline", status: 503 }],
    ["the relay itself is in trouble", () => json({}, 503), { reason: "unreachable" }],
    ["too many sessions", () => json({ error: "busy" }, 429, { "retry-after": "2" }), { reason: "busy", retryAfterMs: 2000 }],
    ["the session id was used", () => json({ error: "conflict" }, 409), { reason: "conflict" }],
    ["the relay can't be reached", networkFailure, { reason: "unreachable" }],
    ["no token", () => json({ iceServers: [] }, 201), { reason: "bad-answer" }],
  ])("%s", async (_name, answer, error) => {
    const { fetch, calls } = script(there, answer);
    const joined = await joinShare({ link, fetch });
    expect(await outcome(joined.open("SEALED"))).toMatchObject({ name: "SignalError", ...error });
    expect(calls).toHaveLength(2);
  });

  test("twice is our own fault", async () => {
    const { fetch } = script(there, opened);
    const joined = await joinShare({ link, fetch });
    await joined.open("SEALED");
    await expect(joined.open("SEALED")).rejects.toThrow("once");
  });
});

describe("a signal", () => {
  test("that is already aborted sends nothing", async () => {
    const { fetch, calls } = script(there);
    await expect(joinShare({ link, fetch, signal: AbortSignal.abort(new Error("before")) })).rejects.toThrow("before");
    expect(calls).toHaveLength(0);
  });

  test("that aborts ends looking up and opening", async () => {
    const looking = new AbortController();
    const asked = script(hang);
    const look = joinShare({ link, fetch: asked.fetch, signal: looking.signal }).catch((error: unknown) => error);
    await until(() => asked.calls.length === 1);
    looking.abort(new Error("enough"));
    expect(await look).toMatchObject({ message: "enough" });

    const before = script(there);
    const joined = await joinShare({ link, fetch: before.fetch });
    await expect(joined.open("SEALED", { signal: AbortSignal.abort(new Error("before")) })).rejects.toThrow("before");
    expect(before.calls).toHaveLength(1);

    const opening = new AbortController();
    const { fetch, calls } = script(there, hang);
    const open = (await joinShare({ link, fetch })).open("SEALED", { signal: opening.signal }).catch((error: unknown) => error);
    await until(() => calls.length === 2);
    opening.abort(new Error("enough"));
    expect(await open).toMatchObject({ message: "enough" });
  });
});

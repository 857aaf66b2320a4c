import { describe, expect, test } from "vitest";
import { take } from "../../test/fake-fetch.ts";
import type { SignalMessage, SignalSide } from "../messages/message.ts";
import { createRandomId, createSecret } from "../encoding/random.ts";
import type { SealError } from "./sealed-payload.ts";
import { sealSignalClient } from "./seal-signal-client.ts";
import { openPayload, sealPayload } from "./sealed-payload.ts";
import { deriveSessionKeys, type SessionKeys } from "./session-keys.ts";
import type { OutgoingSignal, SignalClient } from "../session/signal-client.ts";

const { signal } = new AbortController();

async function bothKeys(): Promise<Record<SignalSide, SessionKeys>> {
  const options = { secret: createSecret(), shareId: createRandomId(), sessionId: createRandomId(), epoch: createRandomId() };
  return {
    browser: await deriveSessionKeys({ ...options, side: "browser" }),
    agent: await deriveSessionKeys({ ...options, side: "agent" }),
  };
}

/** An inner client that yields these messages, and records posts. */
function fakeInner(messages: SignalMessage[] = []): { inner: SignalClient; posted: OutgoingSignal[] } {
  const posted: OutgoingSignal[] = [];
  const inner: SignalClient = {
    post: async (message) => void posted.push(message),
    async *messages() {
      yield* messages;
    },
  };
  return { inner, posted };
}

async function readAll(client: SignalClient): Promise<SignalMessage[]> {
  return take(Infinity, client.messages({ signal }));
}

const fromBrowser = ({ type, payload }: OutgoingSignal): SignalMessage => ({ from: "browser", type, payload, ts: 1 });

test("L-4: one end reads what the other posts; nothing of it is visible in between", async () => {
  const { browser, agent } = await bothKeys();
  const { inner, posted } = fakeInner();
  const sending = sealSignalClient(inner, browser);
  const messages = [
    { type: "offer", payload: '{"type":"offer","sdp":"the sdp"}' },
    { type: "candidate", payload: "the candidate" },
    { type: "candidate-end", payload: "" },
  ] as const;
  await Promise.all(messages.map((message) => sending.post(message)));
  expect(posted.map(({ type }) => type)).toEqual(["offer", "candidate", "candidate-end"]);
  expect(posted.map(({ payload }) => payload.slice(0, 5))).toEqual(["v1.0.", "v1.1.", "v1.2."]);
  expect(JSON.stringify(posted)).not.toContain("the ");
  const read = await readAll(sealSignalClient(fakeInner(posted.map(fromBrowser)).inner, agent));
  expect(read).toEqual(messages.map(fromBrowser));
});

test("a message that takes long to seal is not overtaken", async () => {
  const { browser } = await bothKeys();
  const { inner, posted } = fakeInner();
  const client = sealSignalClient(inner, browser);
  await Promise.all([client.post({ type: "offer", payload: "x".repeat(8_000_000) }), client.post({ type: "bye", payload: "" })]);
  expect(posted.map(({ type }) => type)).toEqual(["offer", "bye"]);
});

test("numbers continue after an offer that was sealed separately", async () => {
  const { browser } = await bothKeys();
  const { inner, posted } = fakeInner();
  await sealPayload(browser, "offer", "{}");
  await sealSignalClient(inner, browser).post({ type: "candidate", payload: "x" });
  expect(posted[0]?.payload).toMatch(/^v1\.1\./u);
});

test("an offer that was opened before is still read", async () => {
  const { browser, agent } = await bothKeys();
  const offer = fromBrowser({ type: "offer", payload: await sealPayload(browser, "offer", "the offer") });
  expect(await openPayload(agent, offer)).toEqual({ seq: 0, payload: "the offer" });
  expect(await readAll(sealSignalClient(fakeInner([offer]).inner, agent))).toMatchObject([{ payload: "the offer" }]);
});

describe("L-4: dropped and counted", () => {
  async function session(): Promise<{ sealed: SignalMessage[]; keys: SessionKeys }> {
    const { browser, agent } = await bothKeys();
    const sealed: SignalMessage[] = [];
    for (const payload of ["zero", "one", "two"]) {
      sealed.push(fromBrowser({ type: "candidate", payload: await sealPayload(browser, "candidate", payload) }));
    }
    return { sealed, keys: agent };
  }

  async function read(keys: SessionKeys, messages: SignalMessage[]): Promise<{ payloads: string[]; reasons: string[]; counts: number[] }> {
    const reasons: string[] = [];
    const counts: number[] = [];
    const onDropped = ({ reason }: SealError, count: number): void => {
      reasons.push(reason);
      counts.push(count);
    };
    const taken = await readAll(sealSignalClient(fakeInner(messages).inner, keys, { onDropped }));
    return { payloads: taken.map(({ payload }) => payload), reasons, counts };
  }

  test("a replay", async () => {
    const { sealed, keys } = await session();
    const [zero, one, two] = sealed as [SignalMessage, SignalMessage, SignalMessage];
    expect(await read(keys, [zero, one, zero, one, two])).toEqual({
      payloads: ["zero", "one", "two"],
      reasons: ["replayed", "replayed"],
      counts: [1, 2],
    });
  });

  test("a replay to a second reader of the same keys", async () => {
    const { sealed, keys } = await session();
    await read(keys, sealed);
    expect(await read(keys, sealed)).toMatchObject({ payloads: [], counts: [1, 2, 3] });
  });

  test("a message out of order; a gap is accepted", async () => {
    const { sealed, keys } = await session();
    const [zero, one, two] = sealed as [SignalMessage, SignalMessage, SignalMessage];
    expect(await read(keys, [one, zero, two])).toMatchObject({ payloads: ["one", "two"], reasons: ["replayed"] });
  });

  test("a modified or plain message or one of our own side, without an effect on later ones", async () => {
    const { sealed, keys } = await session();
    const [zero, one, two] = sealed as [SignalMessage, SignalMessage, SignalMessage];
    const forgedNumber = { ...zero, payload: zero.payload.replace("v1.0.", "v1.900.") };
    const plain: SignalMessage = { from: "browser", type: "bye", payload: "" };
    expect(await read(keys, [zero, forgedNumber, plain, { ...one, type: "bye" }, { ...one, from: "agent" }, one, two])).toEqual({
      payloads: ["zero", "one", "two"],
      reasons: ["does-not-open", "malformed", "does-not-open", "wrong-side"],
      counts: [1, 2, 3, 4],
    });
  });

  test("without an onDropped callback", async () => {
    const { sealed, keys } = await session();
    const [zero] = sealed as [SignalMessage];
    expect(await readAll(sealSignalClient(fakeInner([zero, zero]).inner, keys))).toHaveLength(1);
  });
});

test("a post with an aborted signal uses no number", async () => {
  const { browser } = await bothKeys();
  const { inner, posted } = fakeInner();
  const client = sealSignalClient(inner, browser);
  await expect(client.post({ type: "bye", payload: "" }, { signal: AbortSignal.abort(new Error("before")) })).rejects.toThrow("before");
  expect(posted).toEqual([]);
  expect(browser.progress.nextSent).toBe(0);
});

test("a post that the inner client refuses is refused, and later ones work", async () => {
  const { browser } = await bothKeys();
  let calls = 0;
  const inner: SignalClient = {
    ...fakeInner().inner,
    post: async () => {
      calls += 1;
      if (calls === 1) throw new Error("refused");
    },
  };
  const client = sealSignalClient(inner, browser);
  await expect(client.post({ type: "bye", payload: "" })).rejects.toThrow("refused");
  await client.post({ type: "bye", payload: "" });
});

test("the signal reaches the inner client", async () => {
  const { browser } = await bothKeys();
  const seen: unknown[] = [];
  const inner: SignalClient = {
    post: async (_message, options) => void seen.push(options?.signal),
    async *messages(options) {
      seen.push(options.signal);
      yield* [];
    },
  };
  const client = sealSignalClient(inner, browser);
  await client.post({ type: "bye", payload: "" }, { signal });
  await readAll(client);
  expect(seen).toEqual([signal, signal]);
});

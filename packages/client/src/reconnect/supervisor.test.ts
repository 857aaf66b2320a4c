import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { collect, createReconnectingBench, type ReconnectingBench, settle, standing } from "../testing/reconnecting-bench.ts";
import { LONGEST_WAIT_MS } from "./backoff.ts";
import { MISSING_PATIENCE_MS } from "./outcome.ts";
import { STABLE_MS } from "./supervisor.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] }));
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const pass = async (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

describe("the next attempt", () => {
  test("after a host that can't be had waits, ever longer, and at most half a minute", async () => {
    const { attempts, attempt, states } = createReconnectingBench();
    for (let tries = 0; tries < 10; tries += 1) {
      await attempt().fail("host-offline");
      const state = states.at(-1);
      if (state?.phase !== "waiting") throw new Error("it does not wait");
      expect(state.attempt).toBe(tries + 1);
      expect(state.retryAtMs - Date.now()).toBeLessThanOrEqual(LONGEST_WAIT_MS);
      expect(attempts).toHaveLength(tries + 1);
      await pass(state.retryAtMs - Date.now());
      expect(attempts).toHaveLength(tries + 2);
    }
  });

  test("is now when somebody asks for it, and not when it is under way already", async () => {
    const { file, attempts, attempt } = createReconnectingBench();
    file.retry();
    expect(attempts).toHaveLength(1);
    await attempt().fail("host-offline");
    file.retry();
    file.retry();
    expect(attempts).toHaveLength(2);
  });

  test("after a session that did not last waits, and after one that did is at once", async () => {
    const { attempts, attempt } = createReconnectingBench();
    (await attempt().succeed()).end("no-connection");
    await settle();
    expect(attempts).toHaveLength(1);
    await pass(1000);
    const second = await attempt().succeed();
    await pass(STABLE_MS);
    second.end("no-connection");
    await settle();
    expect(attempts).toHaveLength(3);
  });

  test("of a host that was there before does not wait for its answer for long: a relay may still announce sessions to one that died", async () => {
    const { connection, attempts, attempt, states } = await standing();
    connection.end("closed");
    await settle();
    attempt().options.onState({ phase: "offering" });
    const hung = attempts.at(-1);
    await pass(5000);
    expect(hung?.givenUp).toBe(true);
    expect(states.at(-1)).toMatchObject({ phase: "waiting", error: { reason: "timeout" } });
    await pass(1000);
    attempt().options.onState({ phase: "offering" });
    attempt().options.onState({ phase: "connecting" });
    await pass(60_000);
    expect(attempts.at(-1)?.givenUp).toBe(false);
    await attempt().succeed();
    expect(states.at(-1)).toEqual({ phase: "connected" });
  });

  test("of a host that was never there waits for its answer as long as a session does", async () => {
    const { attempts, attempt } = createReconnectingBench();
    attempt().options.onState({ phase: "offering" });
    await pass(19_000);
    expect(attempts.at(-1)?.givenUp).toBe(false);
  });

  test.each(["host-stopped", "closed", "timeout", "no-connection", "busy", "unreadable"] as const)(
    "follows a session that ended with %s",
    async (reason) => {
      const { connection, attempts } = await standing();
      connection.end(reason);
      await pass(LONGEST_WAIT_MS);
      expect(attempts).toHaveLength(2);
    },
  );

  test("for a share that was there and is missing follows for a bounded time, counted anew each time that it was there again", async () => {
    const bench = await standing();
    bench.connection.end("closed");
    expect(await missingUntil(bench, MISSING_PATIENCE_MS / 2)).toBe("waiting");
    bench.file.retry();
    const again = await bench.attempt().succeed();
    again.end("closed");
    await settle();
    expect(await missingUntil(bench, MISSING_PATIENCE_MS - LONGEST_WAIT_MS)).toBe("waiting");
    expect(await missingUntil(bench, 3 * LONGEST_WAIT_MS)).toBe("ended");
    expect((await bench.file.closed).reason).toBe("not-found");
  });
});

/** Every attempt of so many milliseconds fails with not-found. @returns the phase after them */
async function missingUntil({ file, attempt }: ReconnectingBench, milliseconds: number): Promise<string> {
  const until = Date.now() + milliseconds;
  while (file.state.phase !== "ended" && Date.now() < until) {
    if (file.state.phase === "connecting") await attempt().fail("not-found");
    await pass(500);
  }
  if (file.state.phase === "connecting") await attempt().fail("not-found");
  return file.state.phase;
}

/** Every attempt within so many milliseconds fails with host-offline. */
async function offlineFor({ attempts }: ReconnectingBench, milliseconds: number): Promise<void> {
  for (let passed = 0; passed < milliseconds;) {
    const last = attempts.at(-1);
    if (last !== undefined && !last.settled && !last.givenUp) await last.fail("host-offline");
    const step = Math.min(500, milliseconds - passed);
    await pass(step);
    passed += step;
  }
}

describe("it is over for good", () => {
  test.each(["link-incomplete", "link-invalid", "not-found", "wrong-host", "host-revoked", "unsupported", "protocol-error"] as const)(
    "when the first attempt fails with %s",
    async (reason) => {
      const { file, attempts, attempt } = createReconnectingBench();
      const { ended } = collect(file.stream());
      const opened = expect(file.opened()).rejects.toMatchObject({ reason });
      await attempt().fail(reason);
      await pass(LONGEST_WAIT_MS * 10);
      expect(attempts).toHaveLength(1);
      expect(await ended).toBe(reason);
      await opened;
      expect(file.state).toMatchObject({ phase: "ended", error: { reason } });
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  test("when the host withdraws the link: streams error with it", async () => {
    const { file, connection, attempts } = await standing();
    const { ended } = collect(file.stream());
    await settle();
    connection.end("host-revoked", "no more");
    expect(await ended).toBe("host-revoked");
    expect(await file.closed).toEqual({ reason: "host-revoked", message: "no more" });
    expect(await collect(file.stream()).ended).toBe("host-revoked");
    expect(attempts).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("when it is closed, or its signal aborts, wherever it is: nothing is left behind", async () => {
    const ways: ((bench: ReconnectingBench) => Promise<void>)[] = [
      async () => undefined,
      async ({ attempt }) => attempt().fail("host-offline"),
      async ({ attempt }) => void (await attempt().succeed()),
      async ({ attempt }) => (await attempt().succeed()).onHealth?.("silent"),
      async ({ attempt }) => {
        (await attempt().succeed()).onHealth?.("silent");
        await attempt().fail("busy");
      },
    ];
    for (const way of ways) {
      for (const bySignal of [true, false]) {
        const controller = new AbortController();
        const bench = createReconnectingBench({ signal: controller.signal });
        await way(bench);
        const { ended } = collect(bench.file.stream());
        await settle();
        if (bySignal) controller.abort();
        else await bench.file.close();
        expect(await ended).toBe("closed");
        await bench.file.close();
        expect(bench.file.state).toMatchObject({ phase: "ended", error: { reason: "closed" } });
        expect(vi.getTimerCount()).toBe(0);
        const { length } = bench.attempts;
        bench.file.retry();
        bench.file.renew();
        bench.file.networkChanged();
        await pass(LONGEST_WAIT_MS * 2);
        expect(bench.attempts).toHaveLength(length);
      }
    }
  });

  test("a signal that is aborted already connects nothing", () => {
    const { attempts, file } = createReconnectingBench({ signal: AbortSignal.abort() });
    expect(attempts).toEqual([]);
    expect(file.state.phase).toBe("ended");
  });

  test("when the first attempt fails, for a caller that wants to know", async () => {
    const { file, attempts, attempt } = createReconnectingBench({ firstFailure: "throw" });
    file.networkChanged();
    await settle();
    expect(file.state.phase).toBe("connecting");
    const opened = expect(file.opened()).rejects.toMatchObject({ reason: "host-offline" });
    await attempt().fail("host-offline");
    await opened;
    await pass(LONGEST_WAIT_MS * 2);
    expect([attempts.length, vi.getTimerCount()]).toEqual([2, 0]);
    expect(await file.closed).toMatchObject({ reason: "host-offline" });
  });

  test("but not when a later attempt fails, whatever the first was to do", async () => {
    const { file, attempt, attempts } = createReconnectingBench({ firstFailure: "throw" });
    (await attempt().succeed()).end("no-connection");
    await pass(1000);
    await attempt().fail("host-offline");
    await pass(LONGEST_WAIT_MS);
    expect(attempts).toHaveLength(3);
    expect(file.state.phase).toBe("connecting");
  });

  test.each([true, false])("when its patience is over, with the last error (connected before: %s)", async (connectedBefore) => {
    const patienceMs = 60_000;
    const bench = createReconnectingBench({ patienceMs });
    if (connectedBefore) (await bench.attempt().succeed()).end("no-connection");
    else await bench.attempt().fail("relay-unreachable");
    const { ended } = collect(bench.file.stream());
    await offlineFor(bench, patienceMs - 1);
    expect(bench.file.state.phase).not.toBe("ended");
    await pass(1);
    expect(await ended).toBe("host-offline");
    expect(vi.getTimerCount()).toBe(0);
  });

  test("but its patience is counted again after each connection, and not while one is only doubted", async () => {
    const patienceMs = 60_000;
    const bench = createReconnectingBench({ patienceMs });
    (await bench.attempt().succeed()).end("no-connection");
    await offlineFor(bench, patienceMs / 2);
    bench.file.retry();
    const connection = await bench.attempt().succeed();
    connection.onHealth?.("silent");
    await offlineFor(bench, patienceMs * 2);
    expect(bench.file.state.phase).toBe("suspect");
  });

  test("after a fault of our own, which its caller hears of", async () => {
    const onFault = vi.fn<(error: unknown) => void>();
    const { file, attempt } = createReconnectingBench({ onFault });
    attempt().result.reject(new TypeError("our own"));
    await settle();
    expect(onFault).toHaveBeenCalledExactlyOnceWith(new TypeError("our own"));
    expect(file.state.phase).toBe("ended");
  });

  test("after a fault of our own, which nobody swallows", async () => {
    const thrown: unknown[] = [];
    vi.spyOn(globalThis, "queueMicrotask").mockImplementation((task) => {
      try {
        task();
      } catch (error) {
        thrown.push(error);
      }
    });
    const { file, attempt } = createReconnectingBench();
    attempt().result.reject(new TypeError("our own"));
    await settle();
    expect(thrown).toEqual([new TypeError("our own")]);
    expect(file.state.phase).toBe("ended");
  });
});

describe("a change of network", () => {
  test("asks the host of a standing session whether it is there, and opens no other by itself", async () => {
    const { file, connection, attempts } = await standing();
    file.networkChanged();
    expect([connection.probes, attempts.length]).toEqual([1, 1]);
  });

  test("begins anew what was under way, and what waited", async () => {
    const { file, attempts, attempt } = createReconnectingBench();
    file.networkChanged();
    expect(attempts.map(({ givenUp }) => givenUp)).toEqual([true, false]);
    await attempt().fail("relay-unreachable");
    file.networkChanged();
    expect(attempts).toHaveLength(3);
  });

  test("has the waits begin anew, for what failed before says nothing of this one", async () => {
    const { file, attempt, states } = createReconnectingBench();
    for (let tries = 0; tries < 5; tries += 1) {
      await attempt().fail("relay-unreachable");
      await pass(LONGEST_WAIT_MS);
    }
    file.networkChanged();
    await attempt().fail("relay-unreachable");
    const state = states.at(-1);
    expect(state).toMatchObject({ phase: "waiting", attempt: 1 });
    expect(state?.phase === "waiting" && state.retryAtMs - Date.now()).toBeLessThanOrEqual(1000);
  });

  test("is taken for granted when the clock shows that the machine slept", async () => {
    const { connection } = await standing();
    await pass(20_000);
    expect(connection.probes).toBe(0);
    vi.setSystemTime(Date.now() + 3_600_000);
    await pass(20_000);
    expect(connection.probes).toBe(1);
  });
});

test("a lost connection carries what is known of its path", async () => {
  const { connection, states } = await standing();
  connection.end("no-connection");
  await settle();
  expect(states.at(-1)).toMatchObject({ phase: "connecting", after: { reason: "no-connection", diagnosis: { tried: true } } });
});

test("the steps of an attempt are told", async () => {
  const { attempt, states } = createReconnectingBench();
  attempt().options.onState({ phase: "offering" });
  attempt().options.onState({ phase: "connecting" });
  attempt().options.onState({ phase: "open" });
  expect(states.map((state) => state.phase === "connecting" && state.step)).toEqual(["joining", "offering", "connecting"]);
});

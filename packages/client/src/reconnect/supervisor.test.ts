import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fakeFacts } from "../testing/fake-connection.ts";
import {
  collect,
  createReconnectingBench,
  FILE_BYTES,
  type ReconnectingBench,
  settle,
  createConnectedBench,
} from "../testing/reconnecting-bench.ts";
import { LONGEST_WAIT_MS } from "./backoff.ts";
import { MISSING_PATIENCE_MS } from "./outcome.ts";
import { RESTART_WAIT_MS, STABLE_MS } from "./supervisor.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] }));
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const pass = async (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

describe("the next attempt", () => {
  test("after a failed one waits, longer each time, and at most half a minute", async () => {
    const { attempts, attempt, states } = createReconnectingBench();
    for (let tries = 0; tries < 10; tries += 1) {
      await attempt().fail("host-offline");
      const state = states.at(-1);
      if (state?.phase !== "waiting") throw new Error("it isn't waiting");
      expect(state.attempt).toBe(tries + 1);
      expect(state.retryAtMs - Date.now()).toBeLessThanOrEqual(LONGEST_WAIT_MS);
      expect(attempts).toHaveLength(tries + 1);
      await pass(state.retryAtMs - Date.now());
      expect(attempts).toHaveLength(tries + 2);
    }
  });

  test("starts at once on retry(), unless one is in progress", async () => {
    const { file, attempts, attempt } = createReconnectingBench();
    file.retry();
    expect(attempts).toHaveLength(1);
    await attempt().fail("host-offline");
    file.retry();
    file.retry();
    expect(attempts).toHaveLength(2);
  });

  test("after a session that did not last waits, and after one that did starts at once", async () => {
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

  test("at a host that was connected before waits only 5 s for its answer: its relay may not know yet that it died", async () => {
    const { connection, attempts, attempt, states } = await createConnectedBench();
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

  test("at a host that was never connected waits as long as a session allows", async () => {
    const { attempts, attempt } = createReconnectingBench();
    attempt().options.onState({ phase: "offering" });
    await pass(19_000);
    expect(attempts.at(-1)?.givenUp).toBe(false);
  });

  test.each(["host-stopped", "closed", "timeout", "no-connection", "busy", "unreadable"] as const)(
    "follows a session that ended with %s",
    async (reason) => {
      const { connection, attempts } = await createConnectedBench();
      connection.end(reason);
      await pass(LONGEST_WAIT_MS);
      expect(attempts).toHaveLength(2);
    },
  );

  test("for a share that the relay no longer knows is made for a bounded time, counted from the last connection", async () => {
    const bench = await createConnectedBench();
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

/** Fails every attempt with not-found for this long. @returns the phase after that */
async function missingUntil({ file, attempt }: ReconnectingBench, milliseconds: number): Promise<string> {
  const until = Date.now() + milliseconds;
  while (file.state.phase !== "ended" && Date.now() < until) {
    if (file.state.phase === "connecting") await attempt().fail("not-found");
    await pass(500);
  }
  if (file.state.phase === "connecting") await attempt().fail("not-found");
  return file.state.phase;
}

/** Fails every attempt with host-offline for this long. */
async function offlineFor({ attempts }: ReconnectingBench, milliseconds: number): Promise<void> {
  for (let passed = 0; passed < milliseconds;) {
    const last = attempts.at(-1);
    if (last !== undefined && !last.settled && !last.givenUp) await last.fail("host-offline");
    const step = Math.min(500, milliseconds - passed);
    await pass(step);
    passed += step;
  }
}

describe("the file ends", () => {
  const useless = ["link-incomplete", "link-invalid", "not-found", "wrong-host", "unsupported", "protocol-error"] as const;
  const endings = ["host-revoked", "link-expired", "used-up", "dropped"] as const;
  test.each([...useless, ...endings])("when the first attempt fails with %s", async (reason) => {
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
  });

  test("when the host revokes the link, and streams fail with that reason", async () => {
    const { file, connection, attempts } = await createConnectedBench();
    const { ended } = collect(file.stream());
    await settle();
    connection.end("host-revoked", "no more");
    expect(await ended).toBe("host-revoked");
    expect(await file.closed).toEqual({ reason: "host-revoked", message: "no more" });
    expect(await collect(file.stream()).ended).toBe("host-revoked");
    expect(attempts).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("when it is closed or its signal aborts, in any state, and no session or timer is left", async () => {
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

  test("at once if its signal is aborted already", () => {
    const { attempts, file } = createReconnectingBench({ signal: AbortSignal.abort() });
    expect(attempts).toEqual([]);
    expect(file.state.phase).toBe("ended");
  });

  test("when the first attempt fails, with firstFailure: throw", async () => {
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

  test("not when a later attempt fails, with firstFailure: throw", async () => {
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

  test("not while its host is only silent: patience counts from the loss of a connection", async () => {
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

  test("after an unexpected error, with which onFault is called", async () => {
    const onFault = vi.fn<(error: unknown) => void>();
    const { file, attempt } = createReconnectingBench({ onFault });
    attempt().result.reject(new TypeError("our own"));
    await settle();
    expect(onFault).toHaveBeenCalledExactlyOnceWith(new TypeError("our own"));
    expect(file.state.phase).toBe("ended");
  });

  test("after an unexpected error, which is thrown as an uncaught one by default", async () => {
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
  test("probes the host of the current session, and opens no other", async () => {
    const { file, connection, attempts } = await createConnectedBench();
    file.networkChanged();
    expect([connection.probes, attempts.length]).toEqual([1, 1]);
  });

  test("restarts an attempt in progress, and starts one that waits", async () => {
    const { file, attempts, attempt } = createReconnectingBench();
    file.networkChanged();
    expect(attempts.map(({ givenUp }) => givenUp)).toEqual([true, false]);
    await attempt().fail("relay-unreachable");
    file.networkChanged();
    expect(attempts).toHaveLength(3);
  });

  test("starts the backoff over: failures in the other network don't count", async () => {
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

  test("is assumed when the clock shows that the machine slept", async () => {
    const { connection } = await createConnectedBench();
    await pass(20_000);
    expect(connection.probes).toBe(0);
    vi.setSystemTime(Date.now() + 3_600_000);
    await pass(20_000);
    expect(connection.probes).toBe(1);
  });
});

test("a lost connection carries the diagnosis of its path", async () => {
  const { connection, states } = await createConnectedBench();
  connection.end("no-connection");
  await settle();
  expect(states.at(-1)).toMatchObject({ phase: "connecting", after: { reason: "no-connection", diagnosis: { tried: true } } });
});

test("the steps of an attempt are reported", async () => {
  const { attempt, states } = createReconnectingBench();
  attempt().options.onState({ phase: "offering" });
  attempt().options.onState({ phase: "connecting" });
  attempt().options.onState({ phase: "open" });
  expect(states.map((state) => state.phase === "connecting" && state.step)).toEqual(["joining", "offering", "connecting"]);
});

describe("R-9: ICE of a session that can restart it", () => {
  test("is restarted when the host falls silent, and no other session is opened if that helps", async () => {
    const { connection, attempts, phases } = await createConnectedBench();
    connection.restarts = 0;
    connection.onHealth?.("silent");
    connection.restarted.resolve(true);
    await pass(RESTART_WAIT_MS - 1);
    connection.onHealth?.("well");
    await pass(LONGEST_WAIT_MS);
    expect([connection.restarts, attempts.length, phases().at(-1)]).toEqual([1, 1, "connected"]);
  });

  test("is restarted at once when the network changes, before anything is missing", async () => {
    const { file, connection, attempts } = await createConnectedBench();
    connection.restarts = 0;
    file.networkChanged();
    expect([connection.restarts, connection.probes]).toEqual([1, 1]);
    await pass(1000);
    connection.onHealth?.("silent");
    expect([connection.restarts, attempts.length]).toEqual([1, 1]);
    file.networkChanged();
    expect(connection.restarts).toBe(2);
    await pass(LONGEST_WAIT_MS);
    expect(attempts).toHaveLength(2);
  });

  test("that doesn't help within 4 s is given up for another session", async () => {
    const { connection, attempts, attempt } = await createConnectedBench();
    connection.restarts = 0;
    connection.onHealth?.("silent");
    await pass(RESTART_WAIT_MS - 1);
    expect(attempts).toHaveLength(1);
    await pass(1);
    expect(attempts).toHaveLength(2);
    await attempt().succeed();
    expect(connection.closes).toBe(1);
  });

  test("that can't be negotiated is given up at once, and one of a session that is over changes nothing", async () => {
    const { connection, attempts } = await createConnectedBench();
    connection.restarts = 0;
    connection.onHealth?.("silent");
    connection.restarted.resolve(false);
    await settle();
    expect(attempts).toHaveLength(2);
    const other = await createConnectedBench();
    other.connection.restarts = 0;
    other.connection.onHealth?.("silent");
    other.connection.end("no-connection");
    await settle();
    const begun = other.attempts.length;
    other.connection.restarted.resolve(false);
    await pass(RESTART_WAIT_MS - 1);
    expect(other.attempts.length).toBe(begun);
  });

  test("of a file without a validator is restarted too, which needs no other session", async () => {
    const { connection, attempts, phases } = await createConnectedBench(fakeFacts(FILE_BYTES, ""));
    connection.restarts = 0;
    connection.onHealth?.("silent");
    await pass(RESTART_WAIT_MS + 1);
    expect([connection.restarts, attempts.length]).toEqual([1, 1]);
    connection.onHealth?.("well");
    expect(phases().at(-1)).toBe("connected");
  });
});

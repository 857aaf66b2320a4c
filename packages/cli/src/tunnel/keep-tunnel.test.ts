import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CheckResult } from "./check-address.ts";
import { keepTunnel, type KeepTunnelOptions } from "./keep-tunnel.ts";
import type { OpenTunnel } from "./open-tunnel.ts";

const HERE: CheckResult = { leadsHere: true, forwards: false };
const LOST: CheckResult = { leadsHere: false, found: "nobody answers" };
const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };

interface FakeTunnel extends OpenTunnel {
  readonly closed: boolean;
  /** Its program ends. */
  end(): void;
}

function fakeTunnel(address: string): FakeTunnel {
  const ended = new AbortController();
  let closed = false;
  return {
    address,
    forwards: false,
    ended: ended.signal,
    howItEnded: "it ended with code 1",
    get closed() {
      return closed;
    },
    end: () => ended.abort(),
    close: async () => {
      closed = true;
    },
  };
}

let stop: AbortController;
let changes: string[];
let result: CheckResult;
let opened: FakeTunnel[];
let canOpen: boolean;
let first: FakeTunnel;
let kept: Promise<void>;

function keep(options: Partial<KeepTunnelOptions> = {}): void {
  kept = keepTunnel(first, {
    open: async () => {
      if (!canOpen) throw new Error("no network");
      const tunnel = fakeTunnel(`https://${opened.length + 2}.example`);
      opened.push(tunnel);
      return tunnel;
    },
    check: async () => result,
    canRestart: true,
    onChange: (change) => changes.push(change.type === "gone" ? `gone: ${change.why}` : `back: ${change.tunnel.address}`),
    signal: stop.signal,
    logger,
    now: () => Date.now(),
    ...options,
  });
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  vi.spyOn(Math, "random").mockReturnValue(1);
  stop = new AbortController();
  [changes, opened, result, canOpen] = [[], [], HERE, true];
  first = fakeTunnel("https://1.example");
});
afterEach(async () => {
  stop.abort();
  await kept;
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("keepTunnel", () => {
  it("closes the tunnel when it is stopped", async () => {
    keep();
    await vi.advanceTimersByTimeAsync(120_000);
    stop.abort();
    await kept;
    expect([first.closed, changes]).toEqual([true, []]);
  });

  it("opens a tunnel again whose program ended, after a second", async () => {
    keep();
    first.end();
    await vi.advanceTimersByTimeAsync(999);
    expect(changes).toEqual(["gone: it ended with code 1"]);
    await vi.advanceTimersByTimeAsync(1);
    expect(changes.slice(1)).toEqual(["back: https://2.example"]);
    expect(first.closed).toBe(true);
  });

  it("waits longer each time while it can't be opened, or ends soon", async () => {
    keep();
    canOpen = false;
    first.end();
    await vi.advanceTimersByTimeAsync(1000 + 2000 + 4000 - 1);
    canOpen = true;
    await vi.advanceTimersByTimeAsync(1);
    expect(opened).toHaveLength(1);
    opened[0]?.end();
    await vi.advanceTimersByTimeAsync(1999);
    expect(opened).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(opened).toHaveLength(2);
  });

  it("begins with a short pause again after a tunnel that lived for a minute", async () => {
    keep();
    first.end();
    await vi.advanceTimersByTimeAsync(1000 + 60_000);
    opened[0]?.end();
    await vi.advanceTimersByTimeAsync(1000);
    expect(opened).toHaveLength(2);
  });

  it("says that the address leads nowhere after two failed checks, and that it leads here again", async () => {
    keep();
    result = LOST;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(changes).toEqual([]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(changes).toEqual(["gone: nobody answers"]);
    result = HERE;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(changes.slice(1)).toEqual(["back: https://1.example"]);
    expect(opened).toEqual([]);
  });

  it("starts the program again if its address leads nowhere for five minutes", async () => {
    keep();
    result = LOST;
    await vi.advanceTimersByTimeAsync(299_999);
    expect(first.closed).toBe(false);
    await vi.advanceTimersByTimeAsync(1 + 1000);
    expect(changes).toEqual(["gone: nobody answers", "back: https://2.example"]);
  });

  it("goes on checking an address without a program", async () => {
    keep({ canRestart: false });
    result = LOST;
    await vi.advanceTimersByTimeAsync(3_600_000);
    result = HERE;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(changes).toEqual(["gone: nobody answers", "back: https://1.example"]);
  });

  it("ends while it waits to open the tunnel again", async () => {
    keep();
    canOpen = false;
    first.end();
    await vi.advanceTimersByTimeAsync(10_000);
    stop.abort();
    await kept;
    expect(opened).toEqual([]);
  });
});

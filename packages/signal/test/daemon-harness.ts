import { afterEach, beforeEach, expect, vi } from "vitest";
import { connectDaemon, type DaemonSignals } from "../src/daemon/daemon-signals.ts";
import type { RelayState } from "../src/daemon/daemon-stream.ts";
import { createIdentity, type Identity } from "../src/link/identity.ts";
import { createRandomId, createShareNonce } from "../src/encoding/random.ts";
import type { IncomingSession } from "../src/daemon/session-table.ts";
import { computeShareId, joinHash } from "../src/link/share.ts";
import type { ShareToRegister } from "../src/relay-api/share-registry.ts";
import { collect } from "./fake-fetch.ts";
import { createFakeRelay, type FakeRelay, RELAY, sessionEventText } from "./fake-relay.ts";
import { turn, until } from "./until.ts";

export interface DaemonHarness {
  readonly daemon: DaemonSignals;
  readonly relay: FakeRelay;
  /** The calls of onState. */
  readonly states: RelayState[];
  /** The share ids of onRefused's calls. */
  readonly refusals: string[];
  readonly epoch: string;
  /** Never aborts. */
  readonly signal: AbortSignal;
  /** "online" or the reason for being offline, for each state. */
  reasons(): unknown[];
  idOf(share: ShareToRegister): Promise<string>;
  /** Registers a number of shares and waits for the stream. @returns their ids */
  online(count?: number): Promise<string[]>;
  sessions(): { items: IncomingSession[]; done: Promise<unknown> };
  oneSession(sessionId?: string): Promise<IncomingSession>;
}

export async function createShare(): Promise<ShareToRegister> {
  return { shareNonce: createShareNonce(), joinHash: await joinHash(createRandomId()) };
}

/** A daemon and its fake relay with a fake clock, new for each test; checks after each test that nothing is left behind. */
export function setUpDaemon(): DaemonHarness {
  const epoch = createRandomId();
  const { signal } = new AbortController();
  let identity: Identity;
  let now: Pick<DaemonHarness, "daemon" | "relay" | "states" | "refusals">;

  beforeEach(async () => {
    identity = await createIdentity();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] });
    const relay = createFakeRelay();
    const states: RelayState[] = [];
    const refusals: string[] = [];
    const daemon = connectDaemon({
      relay: `${RELAY}/`,
      identity,
      epoch,
      fetch: relay.fetch,
      onState: (state) => states.push(state),
      onRefused: (shareId) => refusals.push(shareId),
    });
    now = { daemon, relay, states, refusals };
  });
  afterEach(async () => {
    now.daemon.close();
    await turn(0);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  const sessions = (): { items: IncomingSession[]; done: Promise<unknown> } => collect(now.daemon.sessions({ signal }));
  return {
    get daemon() {
      return now.daemon;
    },
    get relay() {
      return now.relay;
    },
    get states() {
      return now.states;
    },
    get refusals() {
      return now.refusals;
    },
    epoch,
    signal,
    reasons: () => now.states.map((state) => (state.online ? "online" : state.error?.reason)),
    idOf: ({ shareNonce }) => computeShareId(identity.publicKey, shareNonce),
    async online(count = 1) {
      const ids: string[] = [];
      for (let index = 0; index < count; index += 1) ids.push((await now.daemon.register(await createShare())).shareId);
      await until(() => now.daemon.state.online);
      return ids;
    },
    sessions,
    async oneSession(sessionId = createRandomId()) {
      const { items } = sessions();
      now.relay.stream.write(sessionEventText(sessionId));
      await until(() => items.length === 1);
      return items[0] ?? expect.fail();
    },
  };
}

import { createRandomId } from "@rangecast/signal";
import fc from "fast-check";
import { expect, test } from "vitest";
import { RelayFixture, type TestShare } from "../testing/relay-fixture.ts";
import type { SseReader } from "../testing/sse-reader.ts";

/*
 * Several programs of one user register one share, and connect, disconnect and revoke it in any order (L-14). The model: which of them have the share, and
 * whose stream is open. While one of these is open, viewers are sent to such a daemon.
 */
const DAEMONS = 3;
const GRACE_MS = 10_000;
const daemon = fc.nat(DAEMONS - 1);

type Step =
  | { readonly do: "start" | "reopen" | "leave" | "revoke" | "renew"; readonly daemon: number }
  | { readonly do: "wait"; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom("start", "start", "reopen", "leave", "revoke", "renew"), daemon }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(1, 5000, GRACE_MS, 24_000) }) },
);

/** A daemon like `daemon-stream.ts`: it registers, reopens its stream when that ends, and registers again if its token is refused. */
class Program {
  readonly share: TestShare;
  readonly #relay: RelayFixture;
  #token: string | undefined;
  #stream: SseReader | undefined;

  constructor(relay: RelayFixture, share: TestShare) {
    this.#relay = relay;
    this.share = share;
  }

  get isOpen(): boolean {
    return this.#stream !== undefined;
  }

  async start(): Promise<void> {
    await this.#register();
    await this.reopen();
  }

  /** Registers again, as a daemon does for fresh credentials of TURN servers. */
  async renew(): Promise<void> {
    if (this.isOpen) await this.#register();
  }

  async #register(): Promise<void> {
    // Each registration needs a different time, or it is a replay.
    await this.#relay.clock.advance(1);
    this.#token = await this.#relay.register(this.share);
  }

  async reopen(): Promise<void> {
    if (this.#token === undefined) return;
    try {
      this.#stream = await this.#relay.readDaemon(this.#token);
    } catch (error) {
      expect(String(error)).toContain("401");
      await this.#register();
      this.#stream = await this.#relay.readDaemon(this.#token);
    }
  }

  /** Its stream's time may be over. */
  async keepOpen(): Promise<void> {
    if (this.#stream !== undefined && (await this.#stream.isOver())) await this.reopen();
  }

  async leave(): Promise<void> {
    await this.#stream?.leave();
    this.#stream = undefined;
  }

  async revoke(): Promise<void> {
    if (this.#token === undefined) return;
    await this.leave();
    const { status } = await this.#relay.call("DELETE", `/api/v1/shares/${this.share.shareId}`, { token: this.#token });
    expect([200, 404]).toContain(status);
    this.#token = undefined;
  }
}

async function run(steps: readonly Step[]): Promise<void> {
  const relay = new RelayFixture({ limits: { registrationsPerAddress: 10_000, joinsPerAddress: 10_000, streamOpens: 10_000 } });
  const share = await relay.createShare();
  const programs = Array.from({ length: DAEMONS }, () => new Program(relay, { ...share, epoch: createRandomId() }));
  for (const now of steps) {
    if (now.do === "wait") await relay.clock.advance(now.ms);
    else await programs[now.daemon]?.[now.do]();
    for (const program of programs) await program.keepOpen();
    const open = programs.filter(({ isOpen }) => isOpen).map((program) => program.share.epoch);
    const { body } = await relay.call("GET", `/api/v1/shares/${share.shareId}`, { token: share.joinToken });
    if (open.length === 0) continue;
    expect(body).toMatchObject({ online: true, epoch: expect.toBeOneOf(open) });
  }
  expect(relay.troubles).toEqual([]);
}

test("L-14: while some of a share's daemons have their streams open, viewers are sent to one of those", async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), run), { numRuns: 60 });
}, 30_000);

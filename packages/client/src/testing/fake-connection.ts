import { abortable, createDeferred, type Deferred } from "@rangecast/base";
import { NO_CANDIDATES } from "@rangecast/rtc";
import type { Health } from "../channel/channel-health.ts";
import type { OpenedResource } from "../channel/resource-opens.ts";
import { ClientError, type ClientErrorReason } from "../client-error.ts";
import type { CloseReason } from "../session/client-state.ts";
import type { Connection, FileStats } from "../session/connection.ts";
import type { FileFacts } from "../session/file-facts.ts";
import type { ConnectDiagnosis } from "../session/transport.ts";
import { FakeRangeSource } from "./fake-range-source.ts";

/** The HELLO of the test file. */
export function fakeFacts(size: number, etag: string | undefined = '"v1"'): FileFacts {
  return { name: "film.mp4", size, ...(etag === undefined ? {} : { etag }), features: new Set() };
}

/** A connection to the test. */
export class FakeConnection implements Connection {
  readonly facts: FileFacts;
  readonly source: FakeRangeSource = new FakeRangeSource();
  onHealth: ((health: Health) => void) | undefined;
  /** The paths that were opened, whose answers the test gives. */
  readonly opens: { readonly path: string; readonly answer: Deferred<OpenedResource> }[] = [];
  readonly closedHandles: number[] = [];
  probes = 0;
  /** How often its ICE was restarted; undefined: it can't be. */
  restarts: number | undefined;
  /** Whether the last restart was negotiated. */
  restarted: Deferred<boolean> = createDeferred<boolean>();
  closes = 0;
  readonly #closed = createDeferred<CloseReason>();

  constructor(facts: FileFacts) {
    this.facts = facts;
  }

  get closed(): Promise<CloseReason> {
    return this.#closed.promise;
  }

  get diagnosis(): ConnectDiagnosis {
    return { local: NO_CANDIDATES, remote: NO_CANDIDATES, iceServers: { stun: 0, turn: 0 }, tried: true, connected: true };
  }

  get isOpen(): boolean {
    return this.source.ready;
  }

  open(path: Uint8Array, signal?: AbortSignal): Promise<OpenedResource> {
    const answer = createDeferred<OpenedResource>();
    this.opens.push({ path: new TextDecoder().decode(path), answer });
    void this.closed.then(({ reason, message }) => answer.reject(new ClientError(reason, message)));
    return abortable(answer.promise, signal);
  }

  closeHandle(handle: number): void {
    this.closedHandles.push(handle);
  }

  restart(): Promise<boolean> | undefined {
    if (this.restarts === undefined) return undefined;
    this.restarts += 1;
    this.restarted = createDeferred<boolean>();
    return this.restarted.promise;
  }

  probe(): void {
    this.probes += 1;
  }

  path(): ReturnType<Connection["path"]> {
    return Promise.resolve({ kind: "direct" });
  }

  stats(): FileStats {
    return { receivedBytes: this.source.receivedBytes, droppedMessages: 0 };
  }

  close(): Promise<void> {
    this.closes += 1;
    this.end("closed");
    return Promise.resolve();
  }

  /** Ends the session, as a real one would end. */
  end(reason: ClientErrorReason, message = `it ended: ${reason}`): void {
    if (!this.isOpen) return;
    this.source.die();
    this.onHealth = undefined;
    this.#closed.resolve({ reason, message });
  }

  /** Serves the requested ranges and those that are requested as a result, up to a number of them. */
  async serve(ranges: number = Number.POSITIVE_INFINITY): Promise<void> {
    for (let served = 0; served < ranges; served += 1) {
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
      const range = this.source.ranges[0];
      if (range === undefined) return;
      range.serve();
      this.source.onCapacity?.();
    }
  }
}

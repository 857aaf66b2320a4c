import { createDeferred, type Deferred, withDeadline } from "@rangecast/base";
import { type Frame, type Opened, RangeStatus } from "@rangecast/wire";
import { ClientError } from "../client-error.ts";
import { USED_UP } from "./range-result.ts";
import { type ResourceFacts, resourceFacts } from "../session/file-facts.ts";

/** Longest wait for the answer to an OPEN, milliseconds: a disk may need to spin up. */
export const OPEN_WAIT_MS = 30_000;

/** A resource that the host opened. */
export interface OpenedResource {
  /** Names it in ranges of the same channel, until it is closed. */
  readonly handle: number;
  readonly facts: ResourceFacts;
}

/** Opens resources over one channel. */
export class ResourceOpens {
  readonly #send: (frame: Frame) => void;
  readonly #takeId: () => number;
  /** The OPENs without an answer, by stream id. */
  readonly #waiting = new Map<number, Deferred<OpenedResource>>();

  /** @param takeId returns a stream id that was not used before */
  constructor(send: (frame: Frame) => void, takeId: () => number) {
    this.#send = send;
    this.#takeId = takeId;
  }

  /** See {@link RangeChannel.open}. */
  async open(path: Uint8Array, signal: AbortSignal | undefined): Promise<OpenedResource> {
    const streamId = this.#takeId();
    const answer = createDeferred<OpenedResource>();
    this.#waiting.set(streamId, answer);
    this.#send({ type: "open", streamId, path });
    const late = (): ClientError => new ClientError("timeout", "the host did not open the file in time");
    try {
      return await withDeadline(OPEN_WAIT_MS, signal, late, () => answer.promise);
    } finally {
      if (this.#waiting.delete(streamId)) this.#send({ type: "cancel", streamId });
    }
  }

  /** An OPENED arrived. @returns false if its handle is to be closed: its OPEN was cancelled, or the resource can't be used */
  opened(opened: Opened): boolean {
    const answer = this.#take(opened.streamId);
    if (answer === undefined) return false;
    try {
      answer.resolve({ handle: opened.handle, facts: resourceFacts(opened) });
      return true;
    } catch (error) {
      answer.reject(error);
      return false;
    }
  }

  /** A RANGE_END arrived. @returns whether it refuses an OPEN */
  refused(streamId: number, status: number): boolean {
    const answer = this.#take(streamId);
    answer?.reject(refusal(status));
    return answer !== undefined;
  }

  /** The channel ended: nothing will be answered any more. */
  end(error: ClientError): void {
    for (const answer of this.#waiting.values()) answer.reject(error);
    this.#waiting.clear();
  }

  #take(streamId: number): Deferred<OpenedResource> | undefined {
    const answer = this.#waiting.get(streamId);
    this.#waiting.delete(streamId);
    return answer;
  }
}

/** Why the host refuses an OPEN. */
function refusal(status: number): ClientError {
  switch (status) {
    case RangeStatus.NOT_FOUND:
      return new ClientError("file-gone", "the host has no such file");
    case RangeStatus.BUSY:
      return new ClientError("busy", "too many files of the host are open already");
    case RangeStatus.USED_UP:
      return new ClientError("used-up", USED_UP);
    case RangeStatus.STOPPING:
      return new ClientError("host-stopped", "the host is stopping");
    default:
      return new ClientError("unreadable", "the host can't read that file");
  }
}

import { createDeferred, type Deferred } from "@rangecast/base";
import { type Opened, RangeStatus } from "@rangecast/wire";
import { ClientError } from "../client-error.ts";
import { type ResourceFacts, resourceFacts } from "../session/file-facts.ts";

/** A resource that the host opened. */
export interface OpenedResource {
  /** Names it in ranges of the same channel, until it is closed. */
  readonly handle: number;
  readonly facts: ResourceFacts;
}

/** The OPENs of one channel that have no answer yet, by stream id. */
export class PendingOpens {
  readonly #waiting = new Map<number, Deferred<OpenedResource>>();

  add(streamId: number): Promise<OpenedResource> {
    const answer = createDeferred<OpenedResource>();
    this.#waiting.set(streamId, answer);
    return answer.promise;
  }

  /** The caller no longer waits. @returns whether it still did */
  remove(streamId: number): boolean {
    return this.#waiting.delete(streamId);
  }

  /** An OPENED arrived. @returns false if nobody waits for it, or it can't be used: its handle is to be closed */
  opened(opened: Opened): boolean {
    const answer = this.#waiting.get(opened.streamId);
    this.#waiting.delete(opened.streamId);
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
    const answer = this.#waiting.get(streamId);
    this.#waiting.delete(streamId);
    answer?.reject(refusal(status));
    return answer !== undefined;
  }

  /** The channel ended: nothing will be answered any more. */
  end(error: ClientError): void {
    for (const answer of this.#waiting.values()) answer.reject(error);
    this.#waiting.clear();
  }
}

/** Why the host refuses an OPEN. */
function refusal(status: number): ClientError {
  switch (status) {
    case RangeStatus.NOT_FOUND:
      return new ClientError("file-gone", "the host has no such file");
    case RangeStatus.BUSY:
      return new ClientError("busy", "too many files of the host are open already");
    case RangeStatus.STOPPING:
      return new ClientError("host-stopped", "the host is stopping");
    default:
      return new ClientError("unreadable", "the host can't read that file");
  }
}

import type { ClientError } from "../client-error.ts";
import type { Connection } from "../session/connection.ts";
import type { FileFacts } from "../session/file-facts.ts";
import { Scheduler } from "../scheduling/scheduler.ts";

/** Longest validator that is used, characters: the host chooses its length. */
const MAX_TAG_LENGTH = 256;

/** One version of a file: the same bytes, from every session that serves it. */
export interface FileVersion extends FileFacts {
  /** Unique among the versions of one ReconnectingFile. Different files may use the same ids. */
  readonly id: string;
}

/** A version and its readers. Without a session the readers wait; they continue with the next session that serves the same bytes. */
export class FileVersionReader {
  readonly version: FileVersion;
  readonly #scheduler: Scheduler;
  #ended: ClientError | undefined;

  /** @param onOutdated called when a host reports that it no longer has these bytes */
  constructor(id: string, facts: FileFacts, onOutdated: (error: ClientError) => void) {
    this.version = { id, ...facts };
    this.#scheduler = new Scheduler({
      patient: true,
      onFailure: (error) => {
        if (error.reason === "file-changed" || error.reason === "file-gone") onOutdated(error);
      },
    });
  }

  get scheduler(): Scheduler {
    return this.#scheduler;
  }

  /** Why the version can't be read any more; undefined while it can. */
  get ended(): ClientError | undefined {
    return this.#ended;
  }

  /** Whether the session serves these bytes, and its readers can continue there. */
  accepts({ facts }: Connection): boolean {
    return this.#ended === undefined && sameVersion(this.version, facts);
  }

  add({ source }: Connection): void {
    this.#scheduler.addSource(source);
  }

  /** No further requests go to the session. Requests in progress return to the scheduler when it closes. */
  remove({ source }: Connection): void {
    this.#scheduler.removeSource(source);
  }

  /** Fails all readers, and all that are opened later. */
  end(error: ClientError): void {
    this.#ended ??= error;
    this.#scheduler.end(error);
  }
}

/** Whether two sessions serve the same bytes: only if both announce the same strong validator (RFC 9110, 8.8.1) and size. */
export function sameVersion(one: FileFacts, other: FileFacts): boolean {
  return hasValidator(one) && one.etag === other.etag && one.size === other.size;
}

/** Whether the file has a strong validator. A provisional size means that the bytes are made for each session, so the file's validator doesn't hold for them. */
export function hasValidator({ etag, provisional }: FileFacts): boolean {
  return provisional !== true && etag !== undefined && etag !== "" && etag.length <= MAX_TAG_LENGTH && !etag.startsWith("W/");
}

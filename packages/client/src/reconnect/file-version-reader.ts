import type { ClientError } from "../client-error.ts";
import type { Connection } from "../session/connection.ts";
import type { FileFacts } from "../session/file-facts.ts";
import { Scheduler } from "../scheduling/scheduler.ts";
import { hasValidator, sameVersion } from "./same-version.ts";

/** One version of a file: the same bytes, whichever session brings them. */
export interface FileVersion extends FileFacts {
  /** Tells this version from every other of the same lasting file. Two files may use the same ids. */
  readonly id: string;
}

/**
 * A version and whoever reads it. Its readers wait while no session stands, and go on with the next one that brings the same bytes.
 */
export class FileVersionReader {
  readonly version: FileVersion;
  readonly #scheduler: Scheduler;
  #over: ClientError | undefined;

  /** @param onChanged told when a host says that it no longer has these bytes */
  constructor(id: string, facts: FileFacts, onChanged: (error: ClientError) => void) {
    this.version = { id, ...facts };
    this.#scheduler = new Scheduler({
      patient: true,
      onFailure: (error) => {
        if (error.reason === "file-changed" || error.reason === "file-gone") onChanged(error);
      },
    });
  }

  get scheduler(): Scheduler {
    return this.#scheduler;
  }

  /** Why nobody can read it any more; undefined while they can. */
  get over(): ClientError | undefined {
    return this.#over;
  }

  /** Whether another session could go on where one stopped. */
  get provable(): boolean {
    return hasValidator(this.version);
  }

  /** Whether a session brings these very bytes. */
  isOf({ facts }: Connection): boolean {
    return this.#over === undefined && sameVersion(this.version, facts);
  }

  add({ source }: Connection): void {
    this.#scheduler.addSource(source);
  }

  /** What the session still had comes back when it closes. */
  remove({ source }: Connection): void {
    this.#scheduler.removeSource(source);
  }

  /** Every reader fails, now and from now on. */
  end(error: ClientError): void {
    this.#over ??= error;
    this.#scheduler.end(error);
  }
}

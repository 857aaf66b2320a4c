import { SESSION_FILE_HANDLE } from "@rangecast/wire";
import type { RangeSource } from "../channel/range-source.ts";
import type { ClientError } from "../client-error.ts";
import type { ReadTarget } from "../scheduling/read-target.ts";
import type { FileFacts, ResourceFacts } from "../session/file-facts.ts";

/** Longest validator that is used, characters: the host chooses its length. */
const MAX_TAG_LENGTH = 256;

/** One version of a file: the same bytes, from every session that serves it. */
export interface FileVersion extends FileFacts {
  /** Unique among the versions of one ReconnectingFile. Different files may use the same ids. */
  readonly id: string;
}

/** One version of a resource, and its handle in each session that serves the same bytes. Without a session its readers wait. */
export class ResourceVersion<Facts extends ResourceFacts = ResourceFacts> implements ReadTarget {
  readonly facts: Facts;
  readonly #handles = new Map<RangeSource, number>();
  #ended: ClientError | undefined;

  constructor(facts: Facts) {
    this.facts = facts;
  }

  get ended(): ClientError | undefined {
    return this.#ended;
  }

  handleAt(source: RangeSource): number | undefined {
    return this.#handles.get(source);
  }

  /** Whether a session that states these facts serves the same bytes, so that readers can continue there. */
  accepts(facts: ResourceFacts): boolean {
    return this.#ended === undefined && sameVersion(this.facts, facts);
  }

  /** @param handle see RangeRequest; the session's file by default */
  add(source: RangeSource, handle: number = SESSION_FILE_HANDLE): void {
    this.#handles.set(source, handle);
  }

  /** The session is over, or another one took its place. */
  remove(source: RangeSource): void {
    this.#handles.delete(source);
  }

  /** It can't be read any more, for the first reason that is given. */
  end(error: ClientError): void {
    this.#ended ??= error;
  }
}

/** Whether two sessions serve the same bytes: only if both announce the same strong validator (RFC 9110, 8.8.1) and size. */
export function sameVersion(one: ResourceFacts, other: ResourceFacts): boolean {
  return hasValidator(one) && one.etag === other.etag && one.size === other.size;
}

/** Whether there is a strong validator. A provisional size means that the bytes are made for each session, so the validator doesn't hold for them. */
export function hasValidator({ etag, provisional }: ResourceFacts): boolean {
  return provisional !== true && etag !== undefined && etag !== "" && etag.length <= MAX_TAG_LENGTH && !etag.startsWith("W/");
}

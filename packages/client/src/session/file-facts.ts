import { type Feature, type Hello, toSafeNumber, UNKNOWN_SIZE, WireError } from "@rangecast/wire";
import { ClientError } from "../client-error.ts";

/** What HELLO states about the file. None of it is verified. */
export interface FileFacts {
  /** The name to show. It is the host's text, never to be used as a path. */
  readonly name: string;
  /** Bytes. If {@link provisional}, an estimate, or 0 if the host gives none. */
  readonly size: number;
  /** The size is not exact: the host transcodes, or doesn't know it. The host reports the end when it is reached (C-17). */
  readonly provisional?: true;
  /** Media type, such as `video/mp4`; only from hosts that announce it. */
  readonly mediaType?: string;
  /** Strong validator; only from hosts that announce it. */
  readonly etag?: string;
  /** Last modification, milliseconds since 1970; only from hosts that announce it. */
  readonly modifiedMs?: number;
  /** Extensions of the base protocol that the host offers. */
  readonly features: ReadonlySet<string>;
}

/** Reads a HELLO. @throws {ClientError} `unsupported` for a size that a number can't hold */
export function factsOfHello(hello: Hello): FileFacts {
  const { announcement } = hello;
  const unknown = hello.size === UNKNOWN_SIZE;
  return {
    name: hello.name,
    size: unknown ? 0 : safeSize(hello.size),
    ...(hello.transcoding || unknown ? { provisional: true } : {}),
    ...(announcement?.mediaType === undefined ? {} : { mediaType: announcement.mediaType }),
    ...(announcement?.etag === undefined ? {} : { etag: announcement.etag }),
    ...(announcement?.modifiedMs === undefined ? {} : { modifiedMs: announcement.modifiedMs }),
    features: new Set(announcement?.features),
  };
}

export function hasFeature(facts: FileFacts, feature: Feature): boolean {
  return facts.features.has(feature);
}

function safeSize(size: bigint): number {
  try {
    return toSafeNumber(size, "size");
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new ClientError("unsupported", "the host announced a size that no file has", { cause: error });
  }
}

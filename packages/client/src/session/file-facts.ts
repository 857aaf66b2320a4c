import { type Announcement, type Feature, type Hello, type Opened, toSafeNumber, UNKNOWN_SIZE, WireError } from "@rangecast/wire";
import { ClientError } from "../client-error.ts";

/** What the host states about a resource. None of it is verified. */
export interface ResourceFacts {
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
}

/** What HELLO states about the session's file, and about its host. */
export interface FileFacts extends ResourceFacts {
  /** The name of the file or folder, to show. It is the host's text, never to be used as a path. */
  readonly name: string;
  /** Extensions of the base protocol that the host offers. */
  readonly features: ReadonlySet<string>;
}

/** Reads a HELLO. @throws {ClientError} `unsupported` for a size that a number can't hold */
export function factsOfHello(hello: Hello): FileFacts {
  const { name = hello.name, features } = hello.announcement ?? {};
  return { name, ...resourceFacts(hello), features: new Set(features) };
}

/** Whether a share is a folder. Its session's file is empty then; its content is read by ReconnectingFile.readFolder. */
export function isFolder(facts: Pick<FileFacts, "features">): boolean {
  return hasFeature(facts, "folders");
}

/** Reads the size and the announcement of a HELLO or an OPENED. @throws {ClientError} `unsupported` for a size that a number can't hold */
export function resourceFacts({
  size,
  transcoding,
  announcement,
}: Pick<Opened, "size" | "transcoding"> & { readonly announcement?: Announcement }): ResourceFacts {
  const unknown = size === UNKNOWN_SIZE;
  return {
    size: unknown ? 0 : safeSize(size),
    ...(transcoding || unknown ? { provisional: true } : {}),
    ...(announcement?.mediaType === undefined ? {} : { mediaType: announcement.mediaType }),
    ...(announcement?.etag === undefined ? {} : { etag: announcement.etag }),
    ...(announcement?.modifiedMs === undefined ? {} : { modifiedMs: announcement.modifiedMs }),
  };
}

export function hasFeature(facts: Pick<FileFacts, "features">, feature: Feature): boolean {
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

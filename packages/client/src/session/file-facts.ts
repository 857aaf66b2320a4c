import { type Feature, type Hello, toSafeNumber, UNKNOWN_SIZE, WireError } from "@rangecast/wire";
import { ClientError } from "../client-error.ts";

/** What the HELLO says of the file. All of it is the host's word. */
export interface FileFacts {
  /** The file's name as the host gives it: to be shown, never a path to trust. */
  readonly name: string;
  /** Bytes. Where {@link provisional}, an estimate, and 0 where the host gives none. */
  readonly size: number;
  /** The size is not the file's: the host transcodes, or can't say. The file ends where the host says that it does. */
  readonly provisional?: true;
  /** Media type, such as `video/mp4`; only from hosts that announce. */
  readonly mediaType?: string;
  /** Strong validator; only from hosts that announce. */
  readonly etag?: string;
  /** Last modification, milliseconds since 1970; only from hosts that announce. */
  readonly modifiedMs?: number;
  /** What the host can do beyond the base protocol. */
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
    throw new ClientError("unsupported", "the host claims a size that no file has", { cause: error });
  }
}

/*
 * The announcement: a block after the name in HELLO, and after the size in OPENED: a u32 length and that many bytes of UTF-8 JSON. Readers of the base protocol ignore it. Our
 * reader ignores a block that is not an announcement, since the base protocol allows any bytes there.
 */
import { viewOf } from "./header.ts";

/** The version of the extensions that this code speaks. */
export const ANNOUNCEMENT_VERSION = 1;

const LENGTH_BYTES = 4;

/** Longest text that is accepted in an announcement, UTF-16 units: the peer is untrusted. */
const MAX_TEXT_UNITS = 256;

/** Most features that are accepted in an announcement. */
const MAX_FEATURES = 32;

/** What the agent supports beyond the base protocol. */
export type Feature =
  | "goodbye"
  | "large-chunks"
  | "status-changed"
  | "prompt-cancel"
  | "many-ranges"
  | "handles"
  | "ice-restart"
  | "folders"
  | "zip"
  | "paced"
  | "counted";

export interface Announcement {
  readonly version: number;
  /** The name of a folder: the one in HELLO is for peers of the base protocol. */
  readonly name?: string;
  /** Media type, such as `video/mp4`. */
  readonly mediaType?: string;
  /** Last modification, milliseconds since 1970. */
  readonly modifiedMs?: number;
  /** Strong validator (RFC 9110, 8.8.1): equal validators mean equal bytes. */
  readonly etag?: string;
  /** Feature names, unknown ones included. */
  readonly features: readonly string[];
}

/** Decodes the bytes after the name. Never throws. @returns undefined if they are not an announcement */
export function decodeAnnouncement(bytes: Uint8Array): Announcement | undefined {
  if (bytes.byteLength < LENGTH_BYTES) return undefined;
  const length = viewOf(bytes).getUint32(0);
  if (length > bytes.byteLength - LENGTH_BYTES) return undefined;
  const fields = parseObject(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length));
  const version = fields?.["v"];
  if (fields === undefined || typeof version !== "number" || !Number.isSafeInteger(version) || version < 1) return undefined;
  const name = shortText(fields["name"]);
  const mediaType = shortText(fields["type"]);
  const etag = shortText(fields["etag"]);
  const modifiedMs = fields["mtime"];
  const features = fields["features"];
  return {
    version,
    ...(name === undefined ? {} : { name }),
    ...(mediaType === undefined ? {} : { mediaType }),
    ...(typeof modifiedMs === "number" && Number.isSafeInteger(modifiedMs) ? { modifiedMs } : {}),
    ...(etag === undefined ? {} : { etag }),
    features: Array.isArray(features) ? features.slice(0, MAX_FEATURES).filter((item) => shortText(item) !== undefined) : [],
  };
}

/** Encodes the block, including its length field. */
export function encodeAnnouncement(announcement: Announcement): Uint8Array<ArrayBuffer> {
  const json = JSON.stringify({
    v: announcement.version,
    name: announcement.name,
    type: announcement.mediaType,
    mtime: announcement.modifiedMs,
    etag: announcement.etag,
    features: announcement.features,
  });
  const text = new TextEncoder().encode(json);
  const block = new Uint8Array(LENGTH_BYTES + text.byteLength);
  viewOf(block).setUint32(0, text.byteLength);
  block.set(text, LENGTH_BYTES);
  return block;
}

function parseObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function shortText(value: unknown): string | undefined {
  return typeof value === "string" && value.length > 0 && value.length <= MAX_TEXT_UNITS ? value : undefined;
}

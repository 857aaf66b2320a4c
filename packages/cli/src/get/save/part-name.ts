/*
 * What the part of a file is called until it is whole: `NAME.SHARE-VERSION.rangecast-part`. The two hashes say which share, and which version of its
 * file, the bytes are of; so there is no record beside them that could be lost, torn or of another time: a name fits, or it doesn't. While a process
 * writes it, that stands there too: `NAME.SHARE-VERSION.OWNER.rangecast-part` (part-owner.ts).
 */
import { createHash } from "node:crypto";
import { formatOwner, OWNER_PATTERN, parseOwner, type PartOwner } from "./part-owner.ts";
import { cutName } from "./save-name.ts";

/** Hex digits of the hash that tells shares apart: 48 bits, as all of one folder are a few. */
const SHARE_DIGITS = 12;
/** Hex digits of the hash that tells versions apart: 96 bits, so that none is taken for another. */
const VERSION_DIGITS = 24;
const SUFFIX = ".rangecast-part";
/** Longest name that every file system takes, bytes. */
const MAX_FILE_NAME_BYTES = 255;
const PATTERN = new RegExp(`^(.*)\\.([0-9a-f]{${SHARE_DIGITS}})-([0-9a-f]{${VERSION_DIGITS}})(?:\\.(${OWNER_PATTERN}))?\\${SUFFIX}$`, "s");

/** What must be the same for bytes to go on where they stopped. */
export interface PartKey {
  /** Id of the share: a hash of its host's key. Another host's validators mean nothing. */
  readonly shareId: string;
  /** The host's strong validator. */
  readonly etag: string;
  /** Bytes of the whole. */
  readonly size: number;
}

/** @param owner who writes it now */
export function partName(name: string, key: PartKey, owner?: PartOwner): string {
  const end = `.${shareDigits(key.shareId)}-${versionDigits(key)}${owner === undefined ? "" : `.${formatOwner(owner)}`}${SUFFIX}`;
  return cutName(name, MAX_FILE_NAME_BYTES - end.length) + end;
}

/** How a file of the folder stands to the share: a part of this very version, of another one of the same share, or nothing to us. */
export function relationOf(fileName: string, key: PartKey): "same" | "other-version" | "none" {
  const [, , share, version] = PATTERN.exec(fileName) ?? [];
  if (share !== shareDigits(key.shareId)) return "none";
  return version === versionDigits(key) ? "same" : "other-version";
}

/** Who writes the part, as its name says; undefined for nobody, and for what is no part. */
export function ownerOf(fileName: string): PartOwner | undefined {
  const owner = PATTERN.exec(fileName)?.[OWNER_GROUP];
  return owner === undefined ? undefined : parseOwner(owner);
}

/** Whether the part will have this name when it is whole, as far as its own name can say: a long one is cut. */
export function isPartOf(fileName: string, name: string): boolean {
  return PATTERN.exec(fileName)?.[1] === name;
}

/** Group of PATTERN. */
const OWNER_GROUP = 4;

function shareDigits(shareId: string): string {
  return hash(shareId).slice(0, SHARE_DIGITS);
}

function versionDigits({ shareId, etag, size }: PartKey): string {
  return hash(JSON.stringify([shareId, etag, size])).slice(0, VERSION_DIGITS);
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/*
 * The name of a part, the incomplete file of a download: `NAME.SHARE-VERSION.rangecast-part`. The two hashes identify the share and the version of its
 * file. Because they are in the name, no separate record can be lost or out of date. While a process writes the part, the name also contains
 * that process: `NAME.SHARE-VERSION.OWNER.rangecast-part` (part-owner.ts).
 */
import { createHash } from "node:crypto";
import { formatOwner, OWNER_PATTERN, parseOwner, type PartOwner } from "./part-owner.ts";
import { cutName } from "../../save-name.ts";

/** Hex digits of the share's hash: 48 bits are enough for the few shares in one folder. */
const SHARE_DIGITS = 12;
/** Hex digits of the version's hash: 96 bits, so that two versions are never confused. */
const VERSION_DIGITS = 24;
const SUFFIX = ".rangecast-part";
/** Longest name that all file systems allow, bytes. */
const MAX_FILE_NAME_BYTES = 255;
const PATTERN = new RegExp(
  `^(.*)\\.([0-9a-f]{${SHARE_DIGITS}})-([0-9a-f]{${VERSION_DIGITS}})(?:\\.(?<owner>${OWNER_PATTERN}))?\\${SUFFIX}$`,
  "s",
);

/** A download can continue only if all of these are the same. */
export interface PartKey {
  /** Id of the share, a hash of its host's key: validators of different hosts can't be compared. */
  readonly shareId: string;
  /** The host's strong validator. */
  readonly etag: string;
  /** Bytes of the whole file. */
  readonly size: number;
}

/** @param owner the process that writes it */
export function partName(name: string, key: PartKey, owner?: PartOwner): string {
  const end = `.${shareDigits(key.shareId)}-${versionDigits(key)}${owner === undefined ? "" : `.${formatOwner(owner)}`}${SUFFIX}`;
  return cutName(name, MAX_FILE_NAME_BYTES - end.length) + end;
}

/** Whether a file is a part of this version, of another version of the same share, or neither. */
export function relationOf(fileName: string, key: PartKey): "same" | "other-version" | "none" {
  const [, , share, version] = PATTERN.exec(fileName) ?? [];
  if (share !== shareDigits(key.shareId)) return "none";
  return version === versionDigits(key) ? "same" : "other-version";
}

/** The process in a part's name; undefined if there is none, or if the file is not a part. */
export function ownerOf(fileName: string): PartOwner | undefined {
  const owner = PATTERN.exec(fileName)?.groups?.["owner"];
  return owner === undefined ? undefined : parseOwner(owner);
}

/** Whether a file is a part, of whatever share. */
export function isPart(fileName: string): boolean {
  return PATTERN.test(fileName);
}

/** Whether the part will get this name when it is complete. Unknown for long names, which are cut: returns false then. */
export function isPartOf(fileName: string, name: string): boolean {
  return PATTERN.exec(fileName)?.[1] === name;
}

function shareDigits(shareId: string): string {
  return hash(shareId).slice(0, SHARE_DIGITS);
}

function versionDigits({ shareId, etag, size }: PartKey): string {
  return hash(JSON.stringify([shareId, etag, size])).slice(0, VERSION_DIGITS);
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

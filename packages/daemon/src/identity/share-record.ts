import type { FolderOptions } from "../folder/folder-rules.ts";
import { type LinkEnd, readTerms, type ShareTerms } from "../terms/share-terms.ts";
import { damaged, STORED_VERSION, type StoredObject } from "./stored-json.ts";

/** What is needed to share the same paths again. */
export interface StoredRequest extends FolderOptions {
  /** Absolute. */
  readonly path: readonly string[];
  /** The name for viewers, if one was given. */
  readonly name?: string;
}

/** A link that this machine holds, whether a daemon runs or not. */
export interface ShareRecord {
  readonly id: string;
  /** Undefined: it was last shared by a version that kept no records. */
  readonly link: string | undefined;
  readonly request: StoredRequest;
  readonly isFolder: boolean;
  readonly terms: ShareTerms;
  /** When the link was made, and when a daemon last began to share it, milliseconds since 1970; 0 if unknown. */
  readonly createdMs: number;
  readonly usedMs: number;
  /** Whole downloads of its files so far. Counted only for a link with `maxDownloads`. */
  readonly downloads: number;
  /** Whether it is to be shared again when this machine starts. */
  readonly keep: boolean;
  /** What the sharing program wants to know when it shares the link again. */
  readonly settings: StoredObject;
  /** Why the link no longer works, if it doesn't. */
  readonly ended?: LinkEnd;
}

/** The part of a record that is kept beside the keys. */
export interface SavedRecord extends Omit<ShareRecord, "id" | "link" | "downloads" | "ended"> {
  /** Where the link leads: the page and the relay of the last time. */
  readonly page: string;
  readonly relay: string;
}

/** Longest settings, UTF-16 units of JSON. */
const MAX_SETTINGS = 16_384;

export function formatRecord(record: SavedRecord): string {
  if (JSON.stringify(record.settings).length > MAX_SETTINGS)
    throw new RangeError(`settings of a share have more than ${MAX_SETTINGS} characters`);
  return JSON.stringify({ version: STORED_VERSION, ...record });
}

/** @param file for the message. @throws {StateError} `damaged` */
export function readRecord(stored: StoredObject, file: string): SavedRecord {
  const { page, relay, isFolder, createdMs, usedMs, keep, settings } = stored;
  const terms = readTerms(stored["terms"]);
  const request = readRequest(stored["request"]);
  const complete =
    typeof page === "string" &&
    typeof relay === "string" &&
    typeof isFolder === "boolean" &&
    typeof createdMs === "number" &&
    typeof usedMs === "number" &&
    typeof keep === "boolean" &&
    isObject(settings);
  if (!complete || terms === undefined || request === undefined) throw damaged(file);
  return { page, relay, request, isFolder, terms, createdMs, usedMs, keep, settings };
}

function readRequest(stored: unknown): StoredRequest | undefined {
  if (!isObject(stored)) return undefined;
  const { path, name, exclude, all, follow } = stored;
  if (!isTexts(path) || path.length === 0) return undefined;
  return {
    path,
    ...(typeof name === "string" ? { name } : {}),
    ...(isTexts(exclude) ? { exclude } : {}),
    ...(typeof all === "boolean" ? { all } : {}),
    ...(typeof follow === "boolean" ? { follow } : {}),
  };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function isObject(value: unknown): value is StoredObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

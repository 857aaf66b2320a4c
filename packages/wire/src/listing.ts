/*
 * The list of a folder (X-15): UTF-8, one JSON object a line, each line ended by a line feed. The first line is `{"list":1,"entries":N,"skipped":M}`; one line
 * for each of the N entries follows, in the order of the bytes of the names:
 *
 *   a file    {"name":"a.mp4","size":123,"time":1700000000000}
 *   a folder  {"name":"Season 1","folder":true,"time":1700000000000}
 *
 * A name that is not UTF-8 has U+FFFD in `name`, and its bytes in `bytes`, as base64url.
 */
import { fromBase64url, isEntryName, toBase64url } from "@rangecast/base";
import { WireError } from "./wire-error.ts";

/** The version of the format. A reader refuses others. */
const LIST_VERSION = 1;

export interface ListEntry {
  /** Names are bytes: file systems don't promise UTF-8. */
  readonly name: Uint8Array;
  readonly kind: "file" | "folder";
  /** Bytes; 0 for a folder. */
  readonly size: number;
  /** Last modification, milliseconds since 1970. */
  readonly modifiedMs: number;
}

export interface FolderList {
  /** In the order of the bytes of their names. */
  readonly entries: readonly ListEntry[];
  /** Number of things in the folder that are left out because they are no file or folder, or can't be read. */
  readonly skipped: number;
}

/** Encodes a list, and sorts it. Two entries must not have the same name. */
export function encodeList({ entries, skipped }: FolderList): Uint8Array<ArrayBuffer> {
  const sorted = [...entries].sort((one, other) => compareBytes(one.name, other.name));
  const first = JSON.stringify({ list: LIST_VERSION, entries: sorted.length, skipped });
  return new TextEncoder().encode(`${[first, ...sorted.map(encodeEntry)].join("\n")}\n`);
}

/**
 * Decodes a list. Fields that it doesn't know are ignored.
 * @throws {WireError} `bad-list`, also for names that no file can have, and for entries in another order
 */
export function decodeList(bytes: Uint8Array): FolderList {
  const lines = decodeText(bytes).split("\n");
  if (lines.pop() !== "") throw badList("it is cut off");
  const first = parseLine(lines.shift() ?? "");
  if (first["list"] !== LIST_VERSION) throw badList("it is of another version");
  const skipped = readCount(first["skipped"], "skipped");
  if (first["entries"] !== lines.length) throw badList(`${lines.length} entries follow`);
  let before: Uint8Array | undefined;
  const entries = lines.map((line) => {
    const entry = decodeEntry(parseLine(line));
    if (before !== undefined && compareBytes(before, entry.name) >= 0) throw badList("its names are not in order");
    before = entry.name;
    return entry;
  });
  return { entries, skipped };
}

/** Its text is joined by hand, which takes a third of the time of an object for each entry. */
function encodeEntry({ name, kind, size, modifiedMs }: ListEntry): string {
  const text = LOSSY.decode(name);
  const isExact = !text.includes("\uFFFD") || compareBytes(new TextEncoder().encode(text), name) === 0;
  const bytes = isExact ? "" : `,"bytes":"${toBase64url(name)}"`;
  return `{"name":${JSON.stringify(text)}${bytes},${kind === "folder" ? '"folder":true' : `"size":${size}`},"time":${modifiedMs}}`;
}

function decodeEntry(fields: Readonly<Record<string, unknown>>): ListEntry {
  const name = decodeName(fields["name"], fields["bytes"]);
  const modifiedMs = fields["time"];
  if (typeof modifiedMs !== "number" || !Number.isSafeInteger(modifiedMs)) throw badList("a time is not a number");
  const folder = fields["folder"] === true;
  return { name, kind: folder ? "folder" : "file", size: folder ? 0 : readCount(fields["size"], "size"), modifiedMs };
}

function decodeName(text: unknown, exact: unknown): Uint8Array {
  if (typeof text !== "string" || (exact !== undefined && typeof exact !== "string")) throw badList("a name is not a text");
  const name = exact === undefined ? new TextEncoder().encode(text) : fromBase64url(exact);
  if (name === undefined || !isEntryName(name)) throw badList("a name is not that of a file");
  return name;
}

function readCount(value: unknown, what: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw badList(`its ${what} is not a number`);
}

function parseLine(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    if (isRecord(value)) return value;
  } catch {
    // Refused below.
  }
  throw badList("a line is not an object");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Keeps a byte-order mark, which may begin a name. */
const LOSSY = new TextDecoder("utf-8", { ignoreBOM: true });
const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodeText(bytes: Uint8Array): string {
  try {
    return STRICT.decode(bytes);
  } catch {
    throw badList("it is not UTF-8");
  }
}

function badList(why: string): WireError {
  return new WireError("bad-list", `not the list of a folder: ${why}`);
}

/** The order of bytes, as of memcmp; a prefix goes first. */
function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const shared = Math.min(one.byteLength, other.byteLength);
  for (let at = 0; at < shared; at += 1) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.byteLength - other.byteLength;
}

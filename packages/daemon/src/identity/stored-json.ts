import { StateError } from "../daemon-error.ts";
import type { PrivateFolder } from "./private-folder.ts";

/** The format of the files that hold keys and records. */
export const STORED_VERSION = 1;

/** Longest file that is read, UTF-16 units: no record of ours has more than a tenth of it. */
const MAX_TEXT = 1_048_576;

export type StoredObject = Readonly<Record<string, unknown>>;

/**
 * Reads a file of JSON.
 * @returns undefined if there is no such file
 * @throws {StateError} `damaged`, `unreadable`
 */
export async function readStored(folder: PrivateFolder, name: string): Promise<StoredObject | undefined> {
  const text = await folder.read(name);
  return text === undefined ? undefined : parseStored(text, folder.shown(name));
}

/** Reads a file of JSON, or creates it if missing. When two processes create it at once, both get what was created first. @throws {StateError} */
export async function readOrCreate(folder: PrivateFolder, name: string, create: () => Promise<StoredObject>): Promise<StoredObject> {
  const stored = await readStored(folder, name);
  if (stored !== undefined) return stored;
  const fresh = await create();
  await folder.create(name, JSON.stringify(fresh));
  return (await readStored(folder, name)) ?? fresh;
}

/** @param file for the message. @throws {StateError} `damaged` */
function parseStored(text: string, file: string): StoredObject {
  try {
    const value: unknown = text.length > MAX_TEXT ? undefined : JSON.parse(text);
    if (typeof value === "object" && value !== null && "version" in value && value.version === STORED_VERSION) return { ...value };
  } catch {
    // No cause: it would contain a part of the text, which is secret.
  }
  throw damaged(file);
}

export function damaged(file: string): StateError {
  return new StateError("damaged", `${file} is damaged or of another version; move it away to start again with new links`);
}

/** @param file for the message. @throws {StateError} `damaged` unless the text has exactly this many bytes */
export function fromText(file: string, text: unknown, length: number): Uint8Array<ArrayBuffer> {
  const bytes = typeof text === "string" ? new Uint8Array(Buffer.from(text, "base64url")) : new Uint8Array(0);
  if (bytes.byteLength !== length) throw damaged(file);
  return bytes;
}

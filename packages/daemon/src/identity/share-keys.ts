import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { toBase64url } from "@rangecast/base";
import { createSecret, createShareNonce } from "@rangecast/signal";
import type { PrivateFolder } from "./private-folder.ts";
import { fromText, readOrCreate, STORED_VERSION, type StoredObject } from "./stored-json.ts";

const NONCE_BYTES = 16;
const SECRET_BYTES = 32;

/** The parts of a link: nonce and identity key give the share id; the secret is the part after `#`. */
export interface ShareKeys {
  readonly nonce: Uint8Array<ArrayBuffer>;
  readonly secret: Uint8Array<ArrayBuffer>;
}

/** Keys, and what they are for. */
export interface StoredKeys {
  readonly keys: ShareKeys;
  /** What is shared: one absolute path, or several that are joined by NUL. */
  readonly path: string;
}

/** The files of what is shared: its keys, its record, its downloads. */
export interface ShareFiles {
  /** Of all of them, for the lock. */
  readonly hash: string;
  readonly keys: string;
  readonly record: string;
  readonly downloads: string;
}

/** @param path what is shared, see {@link StoredKeys} */
export function filesOf(path: string): ShareFiles {
  return filesOfHash(createHash("sha256").update(resolve(path)).digest("hex"));
}

/** The files of each share in a folder. */
export async function filesIn(folder: PrivateFolder): Promise<ShareFiles[]> {
  const names = await folder.names();
  return names.flatMap((name) => (/^[0-9a-f]{64}\.json$/u.test(name) ? [filesOfHash(name.slice(0, -".json".length))] : []));
}

function filesOfHash(hash: string): ShareFiles {
  return { hash, keys: `${hash}.json`, record: `${hash}.record`, downloads: `${hash}.downloads` };
}

/** Reads a path's keys, or creates them. When two processes do so at once, both get the keys that were created first. @throws {StateError} */
export async function loadKeys(folder: PrivateFolder, path: string): Promise<StoredKeys> {
  const { keys: name } = filesOf(path);
  const create = (): StoredObject => keyFields({ keys: { nonce: createShareNonce(), secret: createSecret() }, path: resolve(path) });
  return readKeys(await readOrCreate(folder, name, () => Promise.resolve(create())), folder.shown(name));
}

/** As they are stored. */
export function keyFields({ keys: { nonce, secret }, path }: StoredKeys): StoredObject {
  return { version: STORED_VERSION, path, nonce: toBase64url(nonce), secret: toBase64url(secret) };
}

/** @param file for the message. @throws {StateError} `damaged` */
export function readKeys(stored: StoredObject, file: string): StoredKeys {
  const keys = { nonce: fromText(file, stored["nonce"], NONCE_BYTES), secret: fromText(file, stored["secret"], SECRET_BYTES) };
  return { keys, path: typeof stored["path"] === "string" ? stored["path"] : "" };
}

import { createHash } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  createIdentity,
  createSecret,
  createShareNonce,
  exportIdentity,
  type Identity,
  IdentityError,
  importIdentity,
} from "@rangecast/signal";
import { StateError } from "../daemon-error.ts";
import { createPrivateFile, readPrivateFile } from "./private-file.ts";
import { systemErrorWords } from "../system-error.ts";

const FOLDER_MODE = 0o700;
const NONCE_BYTES = 16;
const SECRET_BYTES = 32;

/** The parts of a path's link: nonce and identity key give the share id; the secret is the part after `#`. */
export interface ShareKeys {
  readonly nonce: Uint8Array<ArrayBuffer>;
  readonly secret: Uint8Array<ArrayBuffer>;
}

/** The daemon's identity and the keys of its shares, kept across restarts. */
export interface IdentityStore {
  readonly identity: Identity;
  /**
   * The keys of a path's share. They are the same each time, so that a restarted daemon gives the same link (L-1).
   * @throws {StateError}
   */
  shareKeys(path: string): Promise<ShareKeys>;
  /** Deletes a path's keys: its link never works again, and the path gets a new one. @throws {StateError} */
  forget(path: string): Promise<void>;
}

/** A store in memory (`--ephemeral`): nothing is written. */
export async function createEphemeralStore(): Promise<IdentityStore> {
  const shares = new Map<string, ShareKeys>();
  return {
    identity: await createIdentity(),
    shareKeys(path) {
      const keys = shares.get(resolve(path)) ?? createShareKeys();
      shares.set(resolve(path), keys);
      return Promise.resolve(keys);
    },
    forget(path) {
      shares.delete(resolve(path));
      return Promise.resolve();
    },
  };
}

/**
 * A store in a folder, which is created if missing. It holds the key in `identity.json`, and one file per share in `shares`. Only the owner can read the
 * files. They are created atomically and never overwritten, so several daemons may use the folder at once.
 * @throws {StateError} `unreadable`, `unwritable` or `damaged`
 */
export async function openIdentityStore(folder: string): Promise<IdentityStore> {
  const shares = join(folder, "shares");
  await orStateError("unwritable", shares, () => mkdir(shares, { recursive: true, mode: FOLDER_MODE }));
  const identity = await loadIdentity(join(folder, "identity.json"));
  const fileOf = (path: string): string => join(shares, `${createHash("sha256").update(resolve(path)).digest("hex")}.json`);
  return {
    identity,
    shareKeys: (path) => loadShareKeys(fileOf(path), resolve(path)),
    forget: (path) => orStateError("unwritable", fileOf(path), () => rm(fileOf(path), { force: true })),
  };
}

async function loadIdentity(file: string): Promise<Identity> {
  const jwk = await loadOrCreate(file, async () => ({ version: 1, key: await exportIdentity(await createIdentity()) }));
  try {
    return await importIdentity(jwk["key"] ?? {});
  } catch (error) {
    if (error instanceof IdentityError) throw damaged(file);
    throw error;
  }
}

async function loadShareKeys(file: string, path: string): Promise<ShareKeys> {
  const stored = await loadOrCreate(file, () => {
    const { nonce, secret } = createShareKeys();
    return Promise.resolve({ version: 1, path, nonce: toText(nonce), secret: toText(secret) });
  });
  return { nonce: fromText(file, stored["nonce"], NONCE_BYTES), secret: fromText(file, stored["secret"], SECRET_BYTES) };
}

/** Reads the file, or creates it if missing. When two processes create it at once, both get the content of the file that was created first. */
async function loadOrCreate(file: string, create: () => Promise<object>): Promise<Record<string, unknown>> {
  let text = await orStateError("unreadable", file, () => readPrivateFile(file));
  if (text === undefined) {
    const fresh = JSON.stringify(await create());
    await orStateError("unwritable", file, () => createPrivateFile(file, fresh));
    text = (await orStateError("unreadable", file, () => readPrivateFile(file))) ?? fresh;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && "version" in value && value.version === 1) return { ...value };
  } catch {
    // No cause: it would contain a part of the text, which is secret.
  }
  throw damaged(file);
}

function createShareKeys(): ShareKeys {
  return { nonce: createShareNonce(), secret: createSecret() };
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}

function fromText(file: string, text: unknown, length: number): Uint8Array<ArrayBuffer> {
  const bytes = typeof text === "string" ? new Uint8Array(Buffer.from(text, "base64url")) : new Uint8Array(0);
  if (bytes.byteLength !== length) throw damaged(file);
  return bytes;
}

function damaged(file: string): StateError {
  return new StateError("damaged", `${file} is damaged or of another version; move it away to start again with new links`);
}

async function orStateError<T>(reason: "unreadable" | "unwritable", file: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const what = reason === "unreadable" ? "can't be read" : "can't be written";
    throw new StateError(reason, `${file} ${what}: ${systemErrorWords(error)}`, { cause: error });
  }
}

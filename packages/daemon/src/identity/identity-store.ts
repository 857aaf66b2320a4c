import { createIdentity, exportIdentity, type Identity, IdentityError, importIdentity } from "@rangecast/signal";
import { join } from "node:path";
import { memoryFolder, openPrivateFolder, type PrivateFolder } from "./private-folder.ts";
import { type ShareRecords, shareRecords } from "./share-records.ts";
import { damaged, readOrCreate, STORED_VERSION, type StoredObject } from "./stored-json.ts";

/** The daemon's identity and its links, kept across restarts. */
export interface IdentityStore {
  readonly identity: Identity;
  readonly links: ShareRecords;
}

/** A store in memory (`--ephemeral`): nothing is written. */
export async function createEphemeralStore(): Promise<IdentityStore> {
  const identity = await createIdentity();
  return { identity, links: shareRecords(memoryFolder(), memoryFolder(), identity) };
}

/**
 * A store in a folder, which is created if missing. It holds the key in `identity.json`; in `shares` up to three files for each share: its keys, what is
 * shared with which terms, and its downloads; in `ended` the links that no longer work. Only the owner can read the files. Keys are created atomically and never
 * overwritten, and the others are replaced as a whole or only added to, so several daemons may use the folder at once.
 * @throws {StateError} `unreadable`, `unwritable` or `damaged`
 */
export async function openIdentityStore(folder: string): Promise<IdentityStore> {
  const shares = await openPrivateFolder(join(folder, "shares"));
  const ended = await openPrivateFolder(join(folder, "ended"));
  const identity = await loadIdentity(await openPrivateFolder(folder));
  return { identity, links: shareRecords(shares, ended, identity) };
}

const IDENTITY = "identity.json";

async function loadIdentity(folder: PrivateFolder): Promise<Identity> {
  const create = async (): Promise<StoredObject> => ({ version: STORED_VERSION, key: await exportIdentity(await createIdentity()) });
  const { key } = await readOrCreate(folder, IDENTITY, create);
  try {
    return await importIdentity(key ?? {});
  } catch (error) {
    if (error instanceof IdentityError) throw damaged(folder.shown(IDENTITY));
    throw error;
  }
}

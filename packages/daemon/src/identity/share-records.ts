import { computeShareId, formatLink, type Identity, LinkError, parseLink } from "@rangecast/signal";
import { DownloadLog } from "../terms/download-log.ts";
import { changeTerms, isExpired, type LinkEnd, type ShareTerms, type TermsChange } from "../terms/share-terms.ts";
import { type EndedLink, EndedLinks } from "./ended-links.ts";
import type { PrivateFolder } from "./private-folder.ts";
import { filesIn, filesOf, loadKeys, readKeys, type ShareFiles, type ShareKeys, type StoredKeys } from "./share-keys.ts";
import { formatRecord, readRecord, type SavedRecord, type ShareRecord, type StoredRequest } from "./share-record.ts";
import { readStored, type StoredObject } from "./stored-json.ts";

/** What is shared, and how. */
export interface HoldRequest {
  readonly request: StoredRequest;
  readonly isFolder: boolean;
  readonly page: string;
  readonly relay: string;
  /** @default the terms that the link has */
  readonly terms?: TermsChange;
  /** See {@link ShareRecord.keep}. @default as before; false for a new link */
  readonly keep?: boolean;
  /** @default as before */
  readonly settings?: StoredObject;
}

/** A link that a daemon is going to serve. */
export interface HeldLink {
  readonly id: string;
  readonly keys: ShareKeys;
  readonly terms: ShareTerms;
  readonly downloads: DownloadLog;
  /** Why the paths' link before this one ended, if it was found ended now. */
  readonly replaces?: LinkEnd;
}

/** The links of this machine: their keys, records and terms. Calls throw {@link StateError}. */
export interface ShareRecords {
  /**
   * The link of what is shared. It is the same each time, so that a restarted daemon gives the same link (L-1), until it ends: then the next one is a new link.
   * @param path what identifies it: one absolute path, or several that are joined by NUL
   * @throws {DaemonError} `bad-terms`
   */
  hold(path: string, request: HoldRequest): Promise<HeldLink>;
  /** The terms that a link has now: another daemon may have changed them. Undefined: it has ended. */
  termsOf(path: string, id: string): Promise<ShareTerms | undefined>;
  /** Ends the link of what is shared, for good, unless it has another one by now. */
  end(path: string, id: string, reason: LinkEnd): Promise<void>;
  /** Every link that works or ended in the last 30 days; those that were shared last come first. */
  list(): Promise<ShareRecord[]>;
  /**
   * Takes a link back, for good. A daemon that serves it must be told separately: `removeShare` of a daemon does both.
   * @param idOrLink a share's id, or text with a link
   * @returns the link; undefined if this machine holds none with this id
   */
  revoke(idOrLink: string): Promise<ShareRecord | undefined>;
  /** Links that have ended, the latest first; those, too, whose time was over while no daemon ran. */
  ended(): Promise<EndedLink[]>;
}

/** The records in two folders: of links that work, and of links that have ended. */
export function shareRecords(shares: PrivateFolder, endedFolder: PrivateFolder, identity: Identity): ShareRecords {
  return new FolderRecords(shares, new EndedLinks(endedFolder), identity);
}

/** A link as it is stored. */
interface StoredLink extends StoredKeys {
  readonly id: string;
  readonly files: ShareFiles;
  readonly record: SavedRecord | undefined;
}

class FolderRecords implements ShareRecords {
  readonly #shares: PrivateFolder;
  readonly #ended: EndedLinks;
  readonly #identity: Identity;

  constructor(shares: PrivateFolder, ended: EndedLinks, identity: Identity) {
    this.#shares = shares;
    this.#ended = ended;
    this.#identity = identity;
  }

  hold(path: string, request: HoldRequest): Promise<HeldLink> {
    return this.#shares.whileLocked(filesOf(path).hash, async () => {
      const before = await this.#loadOrCreate(path);
      const log = await DownloadLog.open(this.#shares, before.files.downloads);
      const over = whyOver(before.record, log);
      if (over !== undefined) await this.#end(before, over, log);
      const link = over === undefined ? before : await this.#loadOrCreate(path);
      const record = nextRecord(link.record, request);
      await this.#shares.replace(link.files.record, formatRecord(record));
      return {
        id: link.id,
        keys: link.keys,
        terms: record.terms,
        downloads: over === undefined ? log : await DownloadLog.open(this.#shares, link.files.downloads),
        ...(over === undefined ? {} : { replaces: over }),
      };
    });
  }

  async termsOf(path: string, id: string): Promise<ShareTerms | undefined> {
    const link = await this.#load(filesOf(path));
    return link?.id === id ? (link.record?.terms ?? {}) : undefined;
  }

  end(path: string, id: string, reason: LinkEnd): Promise<void> {
    return this.#endFiles(filesOf(path), id, reason);
  }

  async list(): Promise<ShareRecord[]> {
    const working = await Promise.all((await filesIn(this.#shares)).map((files) => this.#listed(files)));
    const ended = (await this.#ended.list()).map((link) => recordOf(link, link.downloads, link.reason));
    const known = new Set(ended.map(({ id }) => id));
    const records = [...working.filter((record) => record !== undefined && !known.has(record.id)), ...ended];
    return records.filter((record) => record !== undefined).toSorted((a, b) => b.usedMs - a.usedMs);
  }

  async revoke(idOrLink: string): Promise<ShareRecord | undefined> {
    const id = idOf(idOrLink);
    for (const files of await filesIn(this.#shares)) {
      const link = await this.#load(files);
      if (link?.id !== id) continue;
      await this.#endFiles(files, id, "revoked");
    }
    const ended = await this.#ended.get(id);
    return ended && recordOf(ended, ended.downloads, ended.reason);
  }

  async ended(): Promise<EndedLink[]> {
    for (const files of await filesIn(this.#shares)) {
      const listed = await this.#listed(files);
      if (listed?.ended !== undefined) await this.#endFiles(files, listed.id, listed.ended);
    }
    return this.#ended.list();
  }

  #endFiles(files: ShareFiles, id: string, reason: LinkEnd): Promise<void> {
    return this.#shares.whileLocked(files.hash, async () => {
      const link = await this.#load(files);
      if (link?.id === id) await this.#end(link, reason, await DownloadLog.open(this.#shares, files.downloads));
    });
  }

  /** If it stops in between, the link counts as ended, and {@link FolderRecords.#loadOrCreate} removes the rest. */
  async #end({ id, keys, path, files, record }: StoredLink, reason: LinkEnd, log: DownloadLog): Promise<void> {
    await this.#ended.add({ id, keys, path, reason, endedMs: Date.now(), record, downloads: log.whole });
    await this.#remove(files);
  }

  async #loadOrCreate(path: string): Promise<StoredLink> {
    const files = filesOf(path);
    const link = await this.#withRecord(files, await loadKeys(this.#shares, path));
    if ((await this.#ended.get(link.id)) === undefined) return link;
    await this.#remove(files);
    return this.#withRecord(files, await loadKeys(this.#shares, path));
  }

  /** The record goes first, so that it is never taken for that of the next keys. */
  async #remove(files: ShareFiles): Promise<void> {
    for (const name of [files.record, files.downloads, files.keys]) await this.#shares.remove(name);
  }

  async #load(files: ShareFiles): Promise<StoredLink | undefined> {
    const stored = await readStored(this.#shares, files.keys);
    return stored && this.#withRecord(files, readKeys(stored, this.#shares.shown(files.keys)));
  }

  async #withRecord(files: ShareFiles, { keys, path }: StoredKeys): Promise<StoredLink> {
    const stored = await readStored(this.#shares, files.record);
    const record = stored && readRecord(stored, this.#shares.shown(files.record));
    return { id: await computeShareId(this.#identity.publicKey, keys.nonce), keys, path, files, record };
  }

  /** A damaged link is left out: one bad file must not hide the others. */
  async #listed(files: ShareFiles): Promise<ShareRecord | undefined> {
    try {
      const link = await this.#load(files);
      if (link === undefined) return undefined;
      const log = await DownloadLog.open(this.#shares, files.downloads);
      return recordOf(link, log.whole, whyOver(link.record, log));
    } catch {
      return undefined;
    }
  }
}

/** Why a link no longer works, although no daemon ended it. A folder is never used up as a whole, because its files are counted one by one. */
function whyOver(record: SavedRecord | undefined, log: DownloadLog): LinkEnd | undefined {
  if (record === undefined) return undefined;
  const { terms, isFolder } = record;
  if (isExpired(terms)) return "expired";
  return !isFolder && terms.maxDownloads !== undefined && log.taken("") >= terms.maxDownloads ? "used-up" : undefined;
}

function nextRecord(before: SavedRecord | undefined, now: HoldRequest): SavedRecord {
  const nowMs = Date.now();
  const { request, isFolder, page, relay } = now;
  return {
    request,
    isFolder,
    page,
    relay,
    terms: changeTerms(before?.terms ?? {}, now.terms ?? {}),
    createdMs: before?.createdMs ?? nowMs,
    usedMs: nowMs,
    keep: now.keep ?? before?.keep ?? false,
    settings: now.settings ?? before?.settings ?? {},
  };
}

type KnownLink = Pick<StoredLink, "id" | "keys" | "path" | "record">;

function recordOf({ id, keys, path, record }: KnownLink, downloads: number, ended: LinkEnd | undefined): ShareRecord {
  const over = ended === undefined ? {} : { ended };
  if (record === undefined) {
    const request = { path: path.split("\0") };
    const unknown = { isFolder: false, terms: {}, createdMs: 0, usedMs: 0, keep: false, settings: {} };
    return { id, link: undefined, request, ...unknown, downloads, ...over };
  }
  const { page, relay, ...saved } = record;
  return { id, link: formatLink({ page, relay, shareId: id, secret: keys.secret }), ...saved, downloads, ...over };
}

function idOf(idOrLink: string): string {
  try {
    return parseLink(idOrLink).shareId;
  } catch (error) {
    if (error instanceof LinkError) return idOrLink.trim();
    throw error;
  }
}

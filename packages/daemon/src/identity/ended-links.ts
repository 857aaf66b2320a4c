/*
 * Links that have ended: expired, used up, or revoked. Nothing is shared under their keys any more. They are kept for a while, so that somebody who opens such
 * a link is told so by the host instead of waiting for it.
 */
import type { LinkEnd } from "../terms/share-terms.ts";
import type { PrivateFolder } from "./private-folder.ts";
import { keyFields, readKeys, type StoredKeys } from "./share-keys.ts";
import { readRecord, type SavedRecord } from "./share-record.ts";
import { readStored } from "./stored-json.ts";

/** How long an ended link is kept, milliseconds: 30 days. Then its viewers find a host that is offline, or no share. */
const KEEP_MS = 30 * 24 * 3_600_000;

/** Most ended links that are kept; the oldest are dropped. Each is a file of about 1 KB. */
const MAX_KEPT = 256;

/** A link that has ended. */
export interface EndedLink extends StoredKeys {
  readonly id: string;
  readonly reason: LinkEnd;
  /** Milliseconds since 1970. */
  readonly endedMs: number;
  /** What was known of it, if there was a record. */
  readonly record: SavedRecord | undefined;
  /** Whole downloads of its files. */
  readonly downloads: number;
}

export class EndedLinks {
  readonly #folder: PrivateFolder;

  constructor(folder: PrivateFolder) {
    this.#folder = folder;
  }

  /** Keeps a link as ended. One that has ended before stays as it is. @throws {StateError} */
  async add({ id, reason, endedMs, record, downloads, ...keys }: EndedLink): Promise<void> {
    await this.#folder.create(fileOf(id), JSON.stringify({ ...keyFields(keys), reason, endedMs, record, downloads }));
  }

  /** @returns undefined if the link has not ended, or long ago. @throws {StateError} */
  async get(id: string): Promise<EndedLink | undefined> {
    return this.#read(fileOf(id));
  }

  /** All of them, the latest first. Drops those that are too old, and damaged ones. @throws {StateError} `unreadable`, `unwritable` */
  async list(nowMs: number = Date.now()): Promise<EndedLink[]> {
    const links: EndedLink[] = [];
    for (const name of await this.#folder.names()) {
      if (!ID_FILE.test(name)) continue;
      const link = await this.#read(name).catch(() => undefined);
      if (link === undefined) await this.#folder.remove(name);
      else links.push(link);
    }
    const kept = links.toSorted((a, b) => b.endedMs - a.endedMs);
    const dropped = kept.filter(({ endedMs }, index) => index >= MAX_KEPT || nowMs - endedMs > KEEP_MS);
    for (const { id } of dropped) await this.#folder.remove(fileOf(id));
    return kept.filter((link) => !dropped.includes(link));
  }

  async #read(name: string): Promise<EndedLink | undefined> {
    const stored = await readStored(this.#folder, name);
    if (stored === undefined) return undefined;
    const file = this.#folder.shown(name);
    const { reason, endedMs, record, downloads } = stored;
    return {
      ...readKeys(stored, file),
      id: name.slice(0, -EXTENSION.length),
      reason: REASONS.find((known) => known === reason) ?? "revoked",
      endedMs: typeof endedMs === "number" ? endedMs : 0,
      record: typeof record === "object" && record !== null ? readRecord({ ...record }, file) : undefined,
      downloads: typeof downloads === "number" ? downloads : 0,
    };
  }
}

const REASONS: readonly LinkEnd[] = ["expired", "used-up", "revoked"];
const EXTENSION = ".json";
/** A share id and the extension. */
const ID_FILE = /^[\w-]{22}\.json$/u;

function fileOf(id: string): string {
  return `${id}${EXTENSION}`;
}

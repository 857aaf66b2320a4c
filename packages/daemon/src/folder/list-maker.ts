import { encodeList, type FolderList, type ListEntry, MAX_PATH_BYTES } from "@rangecast/wire";
import { BytesResource } from "../resources/bytes-resource.ts";
import { type Resource, ResourceError } from "../resources/resource.ts";
import { RangeSlots } from "../serving/range-slots.ts";

/** Most bytes of lists that are open at once in all sessions of a share. One list of the longest names is as long. */
const MAX_LISTS_BYTES = 64 * 1024 * 1024;

/** Bytes that the path of an entry has beside those of folder and name, if it is a folder that is listed itself: `/` before it, `//list` behind it. */
const PATH_EXTRA_BYTES = 7;

const MEDIA_TYPE = "application/x-ndjson";

/** What a list is made of. */
export interface ListSource {
  /** The path of the folder, as viewers know it. */
  readonly path: Uint8Array;
  readonly modifiedMs: number;
  readonly list: FolderList;
}

/** Makes the lists of a share's folders, a few at a time, and limits the memory that open ones take. */
export class ListMaker {
  readonly #slots = new RangeSlots();
  readonly #maxBytes: number;
  #openBytes = 0;

  /** @param maxBytes of all lists that are open */
  constructor(maxBytes: number = MAX_LISTS_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes of the lists that are open. */
  get openBytes(): number {
    return this.#openBytes;
  }

  /**
   * Makes a list.
   * @param read reads the folder when it is its turn
   * @throws {ResourceError} `busy` if too much is open; `unreadable` for a list that is too long; what `read` throws; the signal's reason
   */
  async make(read: () => Promise<ListSource>, signal: AbortSignal): Promise<Resource> {
    const release = await this.#slots.take(signal);
    if (release === "busy") throw new ResourceError("busy", "too many lists are being made");
    try {
      return this.#open(await read());
    } finally {
      release();
    }
  }

  #open({ path, modifiedMs, list }: ListSource): Resource {
    const entries = list.entries.filter(({ name }) => path.byteLength + name.byteLength + PATH_EXTRA_BYTES <= MAX_PATH_BYTES);
    const skipped = list.skipped + list.entries.length - entries.length;
    const bytes = encodeList({ entries, skipped });
    if (bytes.byteLength > this.#maxBytes)
      throw new ResourceError("unreadable", `the list of a folder is longer than ${this.#maxBytes} bytes`);
    if (this.#openBytes + bytes.byteLength > this.#maxBytes) throw new ResourceError("busy", "too many lists are open");
    this.#openBytes += bytes.byteLength;
    const onClose = (): void => void (this.#openBytes -= bytes.byteLength);
    return new BytesResource(bytes, { name: "list", modifiedMs, mediaType: MEDIA_TYPE, onClose });
  }
}

/** An entry as a list has it. */
export function listEntry({
  name,
  kind,
  version: { size, modifiedNs },
}: {
  readonly name: Uint8Array;
  readonly kind: ListEntry["kind"];
  readonly version: { readonly size: bigint; readonly modifiedNs: bigint };
}): ListEntry {
  return { name, kind, size: kind === "folder" ? 0 : Number(size), modifiedMs: Number(modifiedNs / 1_000_000n) };
}

/** Downloads a tree: lists its folders as it comes to them, and downloads several files at once. */
import type { FolderList, ListEntry } from "@rangecast/client";
import type { GetReporter } from "../report/get-event.ts";
import { lookAt } from "../place/existing-file.ts";
import type { FileFetcher } from "./file-fetcher.ts";
import { joinLocal } from "../place/local-folder.ts";
import { localNames } from "../place/local-names.ts";
import type { NameRules } from "../place/name-rules.ts";
import { PARTS_FOLDER } from "../place/parts-folder.ts";
import { mayBeTogether, Together } from "../together/choose-together.ts";
import { fetchTogether } from "../together/fetch-together.ts";
import type { PathFilter } from "./path-filter.ts";
import { failureOfOne } from "./tree-failure.ts";
import { TreeFolder } from "./tree-folder.ts";
import { joinPath, pathText } from "./tree-path.ts";
import type { TreeSource } from "./tree-source.ts";
import type { ActiveFile, TreeTally } from "./tree-tally.ts";
import { TreeWalk, type WalkItem } from "./tree-walk.ts";
import { workThrough } from "./work-pool.ts";

/** Files at once: twice as many as are open at the host, so that those are downloaded while others are written. */
const FILES_AT_ONCE = 64;

export interface FetchTreeOptions {
  readonly source: TreeSource;
  /** undefined: a dry run, which only reports what would be downloaded. */
  readonly fetcher: FileFetcher | undefined;
  readonly root: TreeFolder;
  readonly rules: NameRules;
  readonly filter: PathFilter;
  readonly overwrite: boolean;
  readonly report: GetReporter;
  readonly tally: TreeTally;
}

export class TreeFetcher {
  readonly #options: FetchTreeOptions;
  readonly #walk = new TreeWalk();
  /** Bytes of the paths before those to which patterns apply. */
  readonly #prefixBytes: number;

  constructor(options: FetchTreeOptions) {
    this.#options = options;
    const { path } = options.root;
    this.#prefixBytes = path.byteLength === 0 ? 0 : path.byteLength + 1;
  }

  /** Lists a folder of the tree. @throws {ClientError} */
  async list(folder: TreeFolder, signal: AbortSignal): Promise<WalkItem[]> {
    const list: FolderList = await this.#options.source.readFolder(folder.path, signal);
    const { root, rules, tally } = this.#options;
    tally.skipped += list.skipped;
    const names = list.entries.map(({ name }) => name);
    const locals = localNames(names, rules, folder === root ? [PARTS_FOLDER] : []);
    return list.entries.map((entry, index) => ({ folder, entry, local: locals[index] ?? expectName() }));
  }

  /** Adds entries to what is downloaded, except those that the patterns leave out. @throws as TreeWalk.push */
  add(folder: TreeFolder, items: readonly WalkItem[]): void {
    const { tally } = this.#options;
    const wanted = items.filter((item) => this.#isWanted(item));
    this.#walk.push(folder, wanted);
    for (const { entry } of wanted) {
      if (entry.kind === "folder") continue;
      tally.knownFiles += 1;
      tally.knownBytes += entry.size;
    }
  }

  /** Downloads what was added, and everything in it. @throws what prevents any download; the signal's reason */
  run(signal: AbortSignal): Promise<void> {
    return workThrough({
      tasks: FILES_AT_ONCE,
      next: () => this.#next(),
      handle: (items, stop) => this.#take(items, stop),
      signal,
    });
  }

  /** The next entry, or several small files of a folder. */
  #next(): readonly [WalkItem, ...WalkItem[]] | undefined {
    const first = this.#walk.next();
    if (first === undefined) return undefined;
    const { source, fetcher } = this.#options;
    const items: [WalkItem, ...WalkItem[]] = [first];
    const together = new Together(first.folder.path);
    const fits = (entry: ListEntry): boolean => mayBeTogether(entry) && together.add(entry);
    if (fetcher === undefined || !source.makesZips || !fits(first.entry)) return items;
    for (let item = this.#walk.nextIn(first.folder, fits); item !== undefined; item = this.#walk.nextIn(first.folder, fits))
      items.push(item);
    return items;
  }

  async #take(items: readonly [WalkItem, ...WalkItem[]], signal: AbortSignal): Promise<void> {
    const [first] = items;
    if (first.entry.kind === "folder") return this.#enter(first, signal);
    const missing: WalkItem[] = [];
    for (const item of items) if (await this.#isMissing(item, signal)) missing.push(item);
    const contents = await fetchTogether(missing, this.#options.fetcher, signal);
    await Promise.all(missing.map((item) => this.#takeFile(item, signal, contents?.get(item))));
  }

  #isWanted({ folder, entry: { name, kind } }: WalkItem): boolean {
    const { filter } = this.#options;
    const path = joinPath(folder.path, name).subarray(this.#prefixBytes);
    if (filter.excludes(path)) return false;
    // Something in a folder may be included.
    return folder.included || kind === "folder" || filter.includes(path);
  }

  async #enter({ folder: parent, entry, local }: WalkItem, signal: AbortSignal): Promise<void> {
    const path = joinPath(parent.path, entry.name).subarray(this.#prefixBytes);
    const included = parent.included || this.#options.filter.includes(path);
    const folder = parent.child(entry.name, local, included, entry.modifiedMs);
    try {
      if (included) await folder.make();
      this.add(folder, await this.list(folder, signal));
    } catch (error) {
      this.#reportFailure(error, folder.path, signal);
    } finally {
      this.#walk.listed();
      await folder.done();
    }
  }

  /** Whether a file is to be downloaded. If not, it is done. */
  async #isMissing(item: WalkItem, signal: AbortSignal): Promise<boolean> {
    const { folder } = item;
    const wanted = wantedFile(item);
    try {
      if ((await folder.make()) || !(await this.#isThere(wanted))) return true;
    } catch (error) {
      this.#reportFailure(error, wanted.path, signal);
    }
    await folder.done();
    return false;
  }

  async #takeFile(item: WalkItem, signal: AbortSignal, content?: Uint8Array): Promise<void> {
    const { tally } = this.#options;
    const wanted = wantedFile(item);
    const active: ActiveFile = { path: pathText(wanted.path), size: wanted.size, bytes: 0, resumed: 0 };
    try {
      tally.active.add(active);
      await this.#fetch(wanted, active, { signal, content });
    } catch (error) {
      this.#reportFailure(error, wanted.path, signal);
    } finally {
      tally.active.delete(active);
      await item.folder.done();
    }
  }

  /** Whether nothing is to be done: the file is finished, or must not be replaced. */
  async #isThere({ path, target, ...version }: Wanted): Promise<boolean> {
    const { tally, overwrite, report } = this.#options;
    const existing = await lookAt(target, version);
    if (existing === "nothing" || (existing === "other" && overwrite)) return false;
    if (existing === "finished") {
      tally.finished += 1;
      tally.doneBytes += version.size;
    } else {
      tally.existing += 1;
      report({ event: "file-exists", path: pathText(path), file: target.toString() });
    }
    return true;
  }

  async #fetch(
    wanted: Wanted,
    active: ActiveFile,
    { signal, content }: { signal: AbortSignal; content: Uint8Array | undefined },
  ): Promise<void> {
    const { tally, fetcher, report } = this.#options;
    const { target, size } = wanted;
    const { path } = active;
    if (fetcher === undefined) {
      tally.saved += 1;
      tally.doneBytes += size;
      report({ event: "would-fetch", path, size, file: target.toString() });
      return;
    }
    const fetched = await (content === undefined ? fetcher.fetch(wanted, active, signal) : fetcher.save(wanted, content));
    tally.saved += 1;
    tally.doneBytes += size;
    tally.fetchedBytes += fetched;
    report({ event: "file-saved", path, size, file: target.toString() });
  }

  /** @throws the error if it ends the download */
  #reportFailure(error: unknown, path: Buffer, signal: AbortSignal): void {
    signal.throwIfAborted();
    const failure = failureOfOne(error);
    if (failure === undefined) throw error;
    this.#options.tally.failed += 1;
    this.#options.report({ event: "file-failed", path: pathText(path), ...failure });
  }
}

type Wanted = Parameters<FileFetcher["fetch"]>[0];

function wantedFile({ folder, entry: { name, size, modifiedMs }, local }: WalkItem): Wanted {
  return { path: joinPath(folder.path, name), target: joinLocal(folder.local, local), size, modifiedMs };
}

function expectName(): never {
  throw new Error("an entry has no name");
}

/* Saves a folder of the share, or a selection of it, as a real tree of folders and files. What is there is skipped, so the same again goes on. */
import { onAbort } from "@rangecast/base";
import { encodedName } from "../list/listing.ts";
import { childPath } from "../tree-path.ts";
import { LocalEntries, type LocalFolder } from "./local-folder.ts";
import { localNames } from "./local-names.ts";
import { type FileToSave, saveFile } from "./save-file.ts";
import { SourceError, type TreeSource } from "./tree-source.ts";

export interface SaveTreeOptions {
  readonly source: TreeSource;
  /** The host's folder, percent-encoded. */
  readonly path: string;
  /** Of its entries, percent-encoded. Undefined: all. */
  readonly names: ReadonlySet<string> | undefined;
  readonly target: LocalFolder;
  readonly onProgress: (event: SaveEvent) => void;
  readonly signal: AbortSignal;
}

export type SaveEvent =
  | { readonly type: "bytes"; readonly bytes: number }
  | { readonly type: "saved" | "skipped"; readonly name: string }
  /** Something else has this name and was left alone, or it could not be read or written. */
  | { readonly type: "kept" | "failed"; readonly name: string };

/** Number of files that are saved at once: a host serves four ranges at once (C-4), while files are opened and closed beside them. */
const FILES_AT_ONCE = 6;
/** The browser's errors after which no other file can be saved either: no permission (any more), a full disk. */
const FATAL: ReadonlySet<string> = new Set(["NotAllowedError", "SecurityError", "QuotaExceededError"]);

/** @throws what ends all: the signal's reason, a DOMException as of a full disk, or why the folder itself can't be read */
export async function saveTree(options: SaveTreeOptions): Promise<void> {
  options.signal.throwIfAborted();
  const stop = new AbortController();
  const { signal } = stop;
  const stopListening = onAbort(options.signal, () => stop.abort(options.signal.reason));
  const files = walk({ ...options, signal }, options.path, options.target, options.names);
  const worker = async (): Promise<void> => {
    for (let next = await files.next(); !next.done; next = await files.next()) await saveOne(next.value, options, signal);
  };
  const workers = Array.from({ length: FILES_AT_ONCE }, () =>
    worker().catch((error: unknown) => {
      // The first error ends the others.
      stop.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(workers);
  stopListening();
  signal.throwIfAborted();
}

async function saveOne(file: FileToSave, { source, onProgress }: SaveTreeOptions, signal: AbortSignal): Promise<void> {
  const { name } = file.entry;
  try {
    onProgress({ type: await saveFile(file, source, (bytes) => onProgress({ type: "bytes", bytes }), signal), name });
  } catch (error) {
    if (signal.aborted || isFatal(error)) throw error;
    onProgress({ type: "failed", name });
  }
}

/** The files to save, folder by folder. Creates the folders, empty ones too. */
async function* walk(
  options: SaveTreeOptions,
  path: string,
  target: LocalFolder,
  names?: ReadonlySet<string>,
): AsyncGenerator<FileToSave, void, void> {
  const { source, onProgress, signal } = options;
  const { entries } = await source.list(path, signal);
  const local = await LocalEntries.read(target);
  const localNameOf = localNames(entries.map(({ name }) => name));
  const wanted = entries
    .map((entry, index) => ({ entry, path: childPath(path, encodedName(entry)), name: localNameOf[index] ?? "", folder: target, local }))
    .filter(({ entry }) => names === undefined || names.has(encodedName(entry)));
  for (const file of wanted) if (file.entry.kind !== "folder") yield file;
  for (const { entry, path: inner, name } of wanted) {
    if (entry.kind !== "folder") continue;
    if (local.get(name)?.kind === "file") {
      onProgress({ type: "kept", name: entry.name });
      continue;
    }
    try {
      yield* walk(options, inner, await target.getDirectoryHandle(name, { create: true }));
    } catch (error) {
      if (signal.aborted || isFatal(error) || !isOfOneEntry(error)) throw error;
      onProgress({ type: "failed", name: entry.name });
    }
  }
}

function isFatal(error: unknown): boolean {
  return error instanceof DOMException && FATAL.has(error.name);
}

/** The host can't list the folder, or the browser refuses its name. */
function isOfOneEntry(error: unknown): boolean {
  return error instanceof SourceError || error instanceof TypeError || error instanceof DOMException;
}

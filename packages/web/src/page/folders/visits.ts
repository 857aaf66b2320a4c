/* Where the viewer is in a shared folder: asks the engine what is there, and shows it. */
import type { Answer, FolderQuestion, FolderShare, QuestionFailure } from "../../shared/messages/folder-messages.ts";
import type { PageState } from "../state/page-state.ts";
import type { Store } from "../store.ts";
import { folderFacts, folderName } from "./folder-model.ts";
import { type FolderEvent, type FolderState, nextFolderState, START } from "./folder-state.ts";
import { encodedName, type Entry, listingOf } from "./list/listing.ts";
import { openedFile } from "./opened-file.ts";
import { folderDownload } from "./selected-download.ts";
import { lastName, parentPath, ROOT_PATH } from "./tree-path.ts";

export interface VisitsOptions {
  readonly ask: (question: FolderQuestion, signal: AbortSignal) => Promise<Answer>;
  readonly store: Store;
  readonly onChange: (state: FolderState) => void;
}

export interface VisitOptions {
  /** Plays the file at once: the viewer asked for it. @default false */
  readonly play?: boolean;
  /** Lets the picture fill the window. @default that of `play` */
  readonly enlarge?: boolean;
  /** Asks the host, even for what is known. @default false */
  readonly fresh?: boolean;
}

/** The share, as the page shows it. */
export interface Root extends FolderShare {
  /** Version of the session's file, as in the URLs of its tree. */
  readonly version: string;
}

export class Visits {
  readonly #options: VisitsOptions;
  #state = START;
  #root: Root | undefined;
  /** Stops what is under way. */
  #current = new AbortController();
  /** The failure for which the file was opened again. */
  #rechecked: PageState["media"] | undefined;

  constructor(options: VisitsOptions) {
    this.#options = options;
  }

  get state(): FolderState {
    return this.#state;
  }

  get root(): Root | undefined {
    return this.#root;
  }

  setRoot(root: Root): void {
    this.#root = root;
  }

  apply(event: FolderEvent): void {
    const { selection } = this.#state;
    this.#state = nextFolderState(this.#state, event);
    this.#options.onChange(this.#state);
    // The download button names what is selected.
    if (this.#state.selection !== selection && this.#state.phase === "folder") this.#showFolder();
  }

  /** Goes to a folder or a file, in place of where the page is going now. @param path undefined: one that nothing can have */
  async visit(path: string | undefined, { play = false, enlarge = play, fresh = false }: VisitOptions = {}): Promise<void> {
    this.#current.abort();
    this.#current = new AbortController();
    const { signal } = this.#current;
    if (path === undefined) return this.#fail("not-found");
    this.apply({ type: "go", path });
    const known = fresh ? undefined : this.#listedFile(path);
    if (known) return this.#openFile(path, known, signal, { play, enlarge });
    if (!fresh) this.#showKnown(path);
    const failure = await this.#list(path, signal);
    if (signal.aborted) return;
    if (failure === undefined) return this.#showFolder();
    if (failure !== "not-found" || path === ROOT_PATH) return this.#fail(failure);
    // It may be a file: a path doesn't tell.
    const parentFailure = await this.#list(parentPath(path), signal);
    if (signal.aborted) return;
    const file = this.#listedFile(path);
    return file === undefined ? this.#fail(parentFailure ?? "not-found") : this.#openFile(path, file, signal, { play, enlarge });
  }

  /** Opens the file again if its bytes stopped although the page is connected: it may have another version by now, or be gone. */
  recheck({ media, file, connection }: PageState): void {
    if (media === this.#rechecked || media.phase !== "failed" || media.reason !== "network" || connection.phase !== "connected") return;
    this.#rechecked = media;
    if (file?.place && this.#state.file)
      void this.#openFile(file.place.path, this.#state.file, this.#current.signal, { enlarge: this.#state.enlarged });
  }

  async #openFile(path: string, entry: Entry, signal: AbortSignal, { play = false, enlarge = false }: VisitOptions): Promise<void> {
    const answer = await this.#options.ask({ kind: "file", path }, signal);
    if (signal.aborted || this.#root === undefined) return;
    if (answer.kind !== "file") return this.#fail(answer.kind === "failed" ? answer.reason : "failed");
    const { store } = this.#options;
    const file = openedFile(this.#root.version, path, entry, answer.facts);
    store.dispatch({ type: "file", file });
    if (play && (file.playable === "likely" || file.remuxable) && file.size > 0) store.dispatch({ type: "media-open" });
    this.apply({ type: "file-opened", path, file: entry, enlarge });
  }

  /** Shows the folder as it was listed last, until it is listed again: so the viewer is back at once. */
  #showKnown(path: string): void {
    const { folder } = this.#state;
    if (folder?.path !== path) return;
    this.apply({ type: "listed", path, listing: folder.listing });
    this.#showFolder();
  }

  /** @returns why the folder could not be listed */
  async #list(path: string, signal: AbortSignal): Promise<QuestionFailure | undefined> {
    const answer = await this.#options.ask({ kind: "list", path }, signal);
    if (signal.aborted) return undefined;
    if (answer.kind !== "list") return answer.kind === "failed" ? answer.reason : "failed";
    this.apply({ type: "listed", path, listing: listingOf(answer.list) });
    return undefined;
  }

  /** The file at a path, if its folder is listed. */
  #listedFile(path: string): Entry | undefined {
    const { folder } = this.#state;
    if (path === ROOT_PATH || folder?.path !== parentPath(path)) return undefined;
    const entry = folder.listing.entries.find((each) => encodedName(each) === lastName(path));
    return entry?.kind === "folder" ? undefined : entry;
  }

  #fail(reason: QuestionFailure): void {
    this.apply({ type: "failed", reason });
    this.#showFolder();
  }

  /** Shows the folder in place of a file. */
  #showFolder(): void {
    if (this.#root === undefined) return;
    const { version, name, zip } = this.#root;
    const { path, phase } = this.#state;
    const known = phase === "folder";
    const folder = { name: folderName(name, path), facts: known ? folderFacts(this.#state) : "", version };
    const download = zip && known ? folderDownload(this.#state) : undefined;
    this.#options.store.dispatch({ type: "folder", folder: download ? { ...folder, download } : folder });
  }
}

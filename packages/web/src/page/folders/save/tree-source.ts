/* The shared folder, as it is read to be saved. */
import { sleep } from "@rangecast/base";
import type { Answer, FolderQuestion } from "../../../shared/messages/folder-messages.ts";
import { type Listing, listingOf } from "../list/listing.ts";

export interface TreeSource {
  /** @throws {SourceError} */
  readonly list: (path: string, signal: AbortSignal) => Promise<Listing>;
  /** What a file is now. @throws {SourceError} */
  readonly facts: (path: string, signal: AbortSignal) => Promise<SourceFacts>;
  /** The bytes of a file from `from` on. @param etag the version that it must have; undefined: any @throws {SourceError} */
  readonly read: (
    path: string,
    etag: string | undefined,
    from: number,
    signal: AbortSignal,
  ) => Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
}

export interface SourceFacts {
  readonly size: number;
  /** Undefined: the host can't tell versions apart, so nothing of the file can be resumed. */
  readonly etag: string | undefined;
}

/** Something of the host can't be read. */
export class SourceError extends Error {
  override readonly name = "SourceError";
  /** It may be there later: the connection is lost, or the host is busy. */
  readonly temporary: boolean;

  constructor(message: string, temporary: boolean) {
    super(message);
    this.temporary = temporary;
  }
}

/** How often something is asked for that isn't there now, and the pause between two tries, milliseconds. With the wait for each answer this is at least five minutes. */
const MAX_TRIES = 60;
const PAUSE_MS = 5_000;
/** Statuses of the service worker: not ready, and no answer in time. */
const TEMPORARY: ReadonlySet<number> = new Set([503, 504]);

export interface TreeSourceOptions {
  readonly ask: (question: FolderQuestion, signal: AbortSignal) => Promise<Answer>;
  /** The URL of a file. Undefined: nothing can be read now. */
  readonly urlOf: (path: string, etag: string | undefined) => string | undefined;
}

export function createTreeSource({ ask, urlOf }: TreeSourceOptions): TreeSource {
  const answered = async <Kind extends Answer["kind"]>(question: FolderQuestion & { readonly kind: Kind }, signal: AbortSignal) => {
    const answer = await ask(question, signal);
    signal.throwIfAborted();
    if (answer.kind === "failed") throw new SourceError(answer.reason, answer.reason === "failed");
    return answer;
  };
  return {
    list: (path, signal) =>
      patiently(signal, async () => {
        const answer = await answered({ kind: "list", path }, signal);
        if (answer.kind !== "list") throw new SourceError("damaged", false);
        return listingOf(answer.list);
      }),
    facts: (path, signal) =>
      patiently(signal, async () => {
        const answer = await answered({ kind: "file", path }, signal);
        if (answer.kind !== "file") throw new SourceError("damaged", false);
        return { size: answer.facts.size, etag: answer.facts.etag };
      }),
    read: (path, etag, from, signal) =>
      patiently(signal, async () => {
        const url = urlOf(path, etag);
        if (url === undefined) throw new SourceError("not ready", true);
        const response = await fetch(url, { signal, headers: from > 0 ? { Range: `bytes=${from}-` } : {} });
        if (response.ok && response.body) return response.body;
        throw new SourceError(`status ${response.status}`, TEMPORARY.has(response.status));
      }),
  };
}

async function patiently<Result>(signal: AbortSignal, attempt: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof SourceError && error.temporary) || tries === MAX_TRIES) throw error;
    }
    await sleep(PAUSE_MS, signal);
  }
}

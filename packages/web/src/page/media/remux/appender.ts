/* A SourceBuffer whose operations are promises, one at a time. */
import { BEHIND_IF_FULL_S, type Span, spansOf, surplus } from "./buffer-window.ts";

export interface Appender {
  readonly buffered: () => Span[];
  /** Resolves to false if the browser has no room. @throws if the browser refuses the bytes */
  append(bytes: Uint8Array<ArrayBuffer>): Promise<boolean>;
  remove(span: Span): Promise<void>;
  /** Forgets what was appended, and expects an init segment next, of the same or another codec. */
  clear(contentType: string): Promise<void>;
}

export function createAppender(buffer: SourceBuffer): Appender {
  const settled = async (start: () => void): Promise<void> => {
    if (buffer.updating) await once(buffer);
    start();
    if (buffer.updating) await once(buffer);
  };
  const remove = ([from, to]: Span): Promise<void> => settled(() => buffer.remove(from, to));
  return {
    buffered: () => spansOf(buffer.buffered),
    append: async (bytes) => {
      try {
        await settled(() => buffer.appendBuffer(bytes));
        return true;
      } catch (error) {
        if (error instanceof DOMException && error.name === "QuotaExceededError") return false;
        throw error;
      }
    },
    remove,
    clear: async (contentType) => {
      if (buffer.updating) await once(buffer);
      // First, because it opens a MediaSource that has ended; `abort` throws there.
      buffer.changeType(contentType);
      buffer.abort();
      if (buffer.buffered.length > 0) await remove([0, Number.POSITIVE_INFINITY]);
    },
  };
}

/** What to remove so that the browser takes more. */
export function makeRoom(appender: Appender, now: number): Promise<void> | undefined {
  const span = surplus(appender.buffered(), now, BEHIND_IF_FULL_S);
  return span && appender.remove(span);
}

function once(buffer: SourceBuffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = new AbortController();
    const { signal } = done;
    buffer.addEventListener("updateend", () => (done.abort(), resolve()), { signal });
    buffer.addEventListener("error", () => (done.abort(), reject(new Error("the browser refused the fragment"))), { signal });
  });
}

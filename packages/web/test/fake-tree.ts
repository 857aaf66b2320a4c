/* A shared folder in memory. */
import { ClientError, type FolderList, type ReconnectingResource } from "@rangecast/client";
import { createFakeRemote } from "./fake-remote.ts";

/** Content of a file, a text, or only its size: then each byte follows from its place. */
export type FakeContent = Uint8Array | string | number;

const START_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;

/** Files by their path. Folders are those that the paths name, and empty ones by a path that ends with a slash. */
export class FakeTree {
  readonly files: Map<string, FakeContent>;
  /** Media types that differ from the extension's. */
  readonly types: Map<string, string> = new Map();
  /** Paths that were opened or listed, in order. */
  readonly asked: string[] = [];

  constructor(files: Readonly<Record<string, FakeContent>>) {
    this.files = new Map(Object.entries(files));
  }

  list(path: string): FolderList {
    this.asked.push(`${path}//list`);
    const start = path === "" ? "" : `${path}/`;
    const entries = new Map<string, FolderList["entries"][number]>();
    let found = path === "";
    for (const [file, content] of this.files) {
      if (!file.startsWith(start)) continue;
      found = true;
      const [name = "", ...below] = file.slice(start.length).split("/");
      if (name === "" || entries.has(name)) continue;
      const kind = below.length > 0 ? "folder" : "file";
      const size = kind === "folder" ? 0 : sizeOf(content);
      const modifiedMs = START_MS + entries.size * DAY_MS;
      entries.set(name, { name: new TextEncoder().encode(name), kind, size, modifiedMs });
    }
    if (!found) throw new ClientError("file-gone", "there is no such folder");
    return { entries: [...entries.values()], skipped: 0 };
  }

  open(path: string): ReconnectingResource {
    this.asked.push(path);
    const content = this.files.get(path);
    if (content === undefined) throw new ClientError("file-gone", "there is no such file");
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const remote = createFakeRemote(typeof bytes === "number" ? { size: bytes } : { content: bytes });
    const type = this.types.get(path);
    return {
      size: remote.size,
      etag: `"${path.length}-${remote.size}"`,
      ...(type === undefined ? {} : { mediaType: type }),
      ended: undefined,
      stream: ({ start, end, signal } = {}) =>
        remote.stream({
          ...(start === undefined ? {} : { start }),
          ...(end === undefined ? {} : { end }),
          ...(signal === undefined ? {} : { signal }),
        }),
      read: () => Promise.reject(new Error("the page reads streams")),
      close: () => undefined,
    };
  }
}

function sizeOf(content: FakeContent): number {
  if (typeof content === "number") return content;
  return typeof content === "string" ? new TextEncoder().encode(content).byteLength : content.byteLength;
}

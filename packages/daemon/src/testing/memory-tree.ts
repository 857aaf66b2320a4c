import { type Resource, ResourceError, type ResourceTree } from "../resources/resource.ts";
import { patternBytes } from "@rangecast/testkit/files/pattern";
import { MemorySource } from "./memory-source.ts";

/** A path that a MemoryTree has from the start. */
export const MEMORY_PATH = "subs/en.vtt";

/** A session's file in memory, and resources beside it. */
export class MemoryTree implements ResourceTree {
  readonly root: MemorySource;
  /** The bytes behind each path. */
  readonly contents: Map<string, Uint8Array> = new Map([[MEMORY_PATH, patternBytes(0, 5000).toReversed()]]);
  /** Every resource that was opened, in order. */
  readonly opened: MemorySource[] = [];
  /** Opening waits for this. */
  gate: Promise<void> = Promise.resolve();
  /** Set: opening fails with it. */
  error: Error | undefined;

  constructor(bytes: Uint8Array) {
    this.root = new MemorySource(bytes);
  }

  async open(path: Uint8Array): Promise<Resource> {
    await this.gate;
    if (this.error !== undefined) throw this.error;
    const bytes = this.contents.get(new TextDecoder().decode(path));
    if (bytes === undefined) throw new ResourceError("not-found", "the tree has no such path");
    const resource = new MemorySource(bytes);
    this.opened.push(resource);
    return resource;
  }
}

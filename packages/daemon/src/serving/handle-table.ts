import { MAX_HANDLE, RangeStatus, SESSION_FILE_HANDLE } from "@rangecast/wire";
import { StreamError } from "../daemon-error.ts";
import type { Logger } from "../logger.ts";
import { closeQuietly, type Resource, ResourceError, type ResourceErrorReason, type ResourceTree } from "../resources/resource.ts";
import { isResourcePath } from "../resources/resource-path.ts";
import { namesNothing } from "../system-error.ts";

/** Maximum number of resources that a session may have open beside its own: each may hold a file descriptor. */
export const MAX_OPEN_HANDLES = 64;

/** What became of an OPEN: the resource and its handle, or the status that refuses it. */
export type OpenOutcome = { readonly handle: number; readonly resource: Resource } | { readonly status: number };

/** The status for each reason why a path can't be opened. */
const REFUSALS: Readonly<Record<ResourceErrorReason, number>> = {
  "not-found": RangeStatus.NOT_FOUND,
  unreadable: RangeStatus.UNREADABLE,
  busy: RangeStatus.BUSY,
  "used-up": RangeStatus.USED_UP,
};

/** The open resources of one session, by handle. */
export class HandleTable {
  readonly #tree: ResourceTree;
  readonly #logger: Logger;
  /** Undefined while the resource is being opened: the handle is reserved then. */
  readonly #resources = new Map<number, Resource | undefined>();
  /** Resources whose handle is free again, but which are not closed yet. */
  readonly #closing = new Set<Promise<void>>();
  #last = SESSION_FILE_HANDLE;
  /** Whether a failure was logged. */
  #warned = false;

  constructor(tree: ResourceTree, logger: Logger) {
    this.#tree = tree;
    this.#logger = logger;
  }

  /** The resource with this handle; undefined if there is none. */
  get(handle: number): Resource | undefined {
    return handle === SESSION_FILE_HANDLE ? this.#tree.root : this.#resources.get(handle);
  }

  /**
   * Opens a resource, and gives it a handle that is free.
   * @throws the signal's reason; the resource is closed then
   */
  async open(path: Uint8Array, signal: AbortSignal): Promise<OpenOutcome> {
    if (!isResourcePath(path)) return { status: RangeStatus.NOT_FOUND };
    const handle = this.#reserve();
    if (handle === undefined) return { status: RangeStatus.BUSY };
    let resource: Resource;
    try {
      resource = await this.#tree.open(path, signal);
    } catch (error) {
      this.#resources.delete(handle);
      signal.throwIfAborted();
      return { status: this.#statusOf(error) };
    }
    this.#resources.set(handle, resource);
    if (signal.aborted) this.close(handle);
    signal.throwIfAborted();
    return { handle, resource };
  }

  /**
   * Frees a handle, and closes its resource. A handle that is only reserved stays so: the browser doesn't know it yet.
   * @param released resolves when nothing reads the resource any more
   */
  close(handle: number, released: Promise<unknown> = Promise.resolve()): void {
    const resource = this.#resources.get(handle);
    if (resource === undefined) return;
    this.#resources.delete(handle);
    const closing = released.then(() => closeQuietly(resource, this.#logger)).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  /** Frees all handles. Resolves when their resources are closed. */
  async closeAll(): Promise<void> {
    for (const handle of this.#resources.keys()) this.close(handle);
    await Promise.all(this.#closing);
  }

  #statusOf(error: unknown): number {
    if (error instanceof ResourceError && error.reason !== "unreadable") return REFUSALS[error.reason];
    if (error instanceof StreamError && namesNothing(error.cause)) return RangeStatus.NOT_FOUND;
    // Once a session: a viewer may ask for it as often as it likes.
    if (!this.#warned) this.#logger.warn("something shared can't be opened", { error });
    this.#warned = true;
    return RangeStatus.UNREADABLE;
  }

  #reserve(): number | undefined {
    if (this.#resources.size + this.#closing.size >= MAX_OPEN_HANDLES) return undefined;
    do this.#last = (this.#last % MAX_HANDLE) + 1;
    while (this.#resources.has(this.#last));
    this.#resources.set(this.#last, undefined);
    return this.#last;
  }
}

/*
 * Finds the engine a place: a dedicated worker, where a busy page doesn't hold it up, else the page itself. Either way what follows is said on one port.
 */
import type { EngineToPage, PagePort, PageToEngine } from "../../shared/engine-messages.ts";
import { ENGINE_START_TIMEOUT_MS } from "../../shared/limits.ts";
import { createTypedPort } from "../../shared/typed-port.ts";

export interface EngineLink {
  readonly place: "worker" | "page";
  readonly port: PagePort;
  /** Resolves if the engine dies before its page: it then says nothing any more. */
  readonly died: Promise<void>;
}

/** What is used of a Worker. */
export type EngineWorker = Pick<Worker, "postMessage" | "terminate" | "addEventListener">;

export interface OpenEngineOptions {
  /** Whether it may run in a worker: whether data channels can go there. */
  readonly channelsCanLeave: () => boolean;
  /** May throw, where there are no workers. */
  readonly createWorker: () => EngineWorker;
  /** Starts the engine here, and answers the port to it. */
  readonly startOnPage: () => Promise<PagePort>;
  readonly locks: LockManager;
}

/** Rejects only where not even the page can run it: its script can't be loaded. */
export async function openEngine(options: OpenEngineOptions): Promise<EngineLink> {
  const inWorker = options.channelsCanLeave() ? await openWorker(options) : undefined;
  return inWorker ?? { place: "page", port: await options.startOnPage(), died: new Promise(() => undefined) };
}

/** Undefined where no worker starts, or none in time: it is ended, then, and won't be two. */
async function openWorker({ createWorker, locks }: OpenEngineOptions): Promise<EngineLink | undefined> {
  const worker = tryTo(createWorker);
  if (!worker) return undefined;
  const { port1, port2 } = new MessageChannel();
  const port = createTypedPort<PageToEngine, EngineToPage>(port1);
  worker.postMessage(port2, [port2]);
  const lifeLock = await hearReady(worker, port);
  if (lifeLock === undefined) {
    worker.terminate();
    port.close();
    return undefined;
  }
  const waitUntilDead = async (): Promise<void> => {
    await locks.request(lifeLock, { mode: "shared" }, () => undefined);
    worker.terminate();
    port.close();
  };
  return { place: "worker", port, died: waitUntilDead() };
}

function tryTo<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined; // No workers here, or a policy that forbids them.
  }
}

/** The name of the engine's life lock; undefined if the worker fails, or takes too long. */
async function hearReady(worker: EngineWorker, port: PagePort): Promise<string | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise((resolve) => {
      timer = setTimeout(() => resolve(undefined), ENGINE_START_TIMEOUT_MS);
      worker.addEventListener("error", () => resolve(undefined), { once: true });
      port.listen((message) => message.type === "ready" && resolve(message.lifeLock));
    });
  } finally {
    clearTimeout(timer);
  }
}

/* Starts the engine in a dedicated worker, where a busy page doesn't slow it down, or else on the page. Either way the page talks to it over one port. */
import type { PeerConnection } from "@rangecast/rtc";
import type { EngineToPage, PagePort, PageToEngine } from "../../shared/messages/engine-messages.ts";
import { ENGINE_START_TIMEOUT_MS } from "../../shared/limits.ts";
import { createTypedPort, type PortLike } from "../../shared/ports/typed-port.ts";

export interface EngineLink {
  readonly place: "worker" | "page";
  readonly port: PagePort;
  /** Resolves if the engine dies before its page. */
  readonly died: Promise<void>;
}

/** The part of a Worker that is used. */
export type EngineWorker = Pick<Worker, "postMessage" | "terminate" | "addEventListener">;

export interface OpenEngineOptions {
  /** Whether the engine can run in a worker: whether data channels can be transferred. */
  readonly canTransferChannels: () => boolean;
  /** May throw if there are no workers. */
  readonly createWorker: () => EngineWorker;
  /** Starts the engine on the page. Resolves to the port to it. */
  readonly startOnPage: () => Promise<PagePort>;
  readonly locks: LockManager;
}

/** Rejects only if the page can't run the engine either, because its script can't be loaded. */
export async function openEngine(options: OpenEngineOptions): Promise<EngineLink> {
  const inWorker = options.canTransferChannels() ? await openWorker(options) : undefined;
  return inWorker ?? { place: "page", port: await options.startOnPage(), died: new Promise(() => undefined) };
}

/** Undefined if the worker doesn't start in time. It is then terminated, so that there are never two engines. */
async function openWorker({ createWorker, locks }: OpenEngineOptions): Promise<EngineLink | undefined> {
  const worker = tryTo(createWorker);
  if (!worker) return undefined;
  const { port1, port2 } = new MessageChannel();
  const port = createTypedPort<PageToEngine, EngineToPage>(port1);
  worker.postMessage(port2, [port2]);
  const lifeLock = await waitUntilReady(worker, port);
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
    return undefined; // The browser has no workers, or a policy forbids them.
  }
}

/** The name of the engine's life lock. Undefined if the worker fails or takes too long. */
async function waitUntilReady(worker: EngineWorker, port: PagePort): Promise<string | undefined> {
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

/** Tries to transfer the data channel of an unused connection. Browsers that can't do it throw. */
export function canTransferChannels(createPeerConnection: () => Pick<PeerConnection, "createDataChannel" | "close">): boolean {
  const peer = createPeerConnection();
  const port: PortLike = new MessageChannel().port1;
  try {
    const channel = peer.createDataChannel("probe");
    port.postMessage(channel, [channel]);
    return true;
  } catch {
    return false;
  } finally {
    port.close();
    peer.close();
  }
}

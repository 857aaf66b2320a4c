/* The page's side of the service worker: registers it, has it control the page (also after a hard reload), and gets the page's client id from it. */
import { ExpectedError, withDeadline } from "@rangecast/base";
import { MESSAGES_VERSION, WORKER_ANSWER_TIMEOUT_MS, WORKER_UPDATE_TIMEOUT_MS } from "../../shared/limits.ts";
import { lifeLockName } from "../../shared/locks.ts";
import type { Message, OpenMessage, PageToWorker, WorkerToPage } from "../../shared/messages/worker-messages.ts";
import { followUpdates, takeOverWhenIdle } from "./take-over.ts";

/**
 * Why there is no worker: `blocked` (the browser refuses service workers here), `silent` (it runs, but doesn't respond), `outdated` (it has another
 * version, and no newer one could be installed).
 */
export type WorkerErrorReason = "blocked" | "silent" | "outdated";

/** Expected: without a worker the page can connect, but can't show or save anything. */
export class WorkerError extends ExpectedError<WorkerErrorReason> {
  override readonly name = "WorkerError";
}

export interface WorkerLinkOptions {
  readonly container: ServiceWorkerContainer;
  readonly locks: LockManager;
  /** URL of the worker's script. The worker controls that folder. */
  readonly script: string;
  /** The worker requests a file. The response goes to the port. */
  readonly onOpen: (message: OpenMessage, port: MessagePort) => void;
  /** An older worker is busy in another tab. This page waits until it can be replaced. */
  readonly onBusy: () => void;
  /** A worker of another version took over. This page should be reloaded. */
  readonly onOutdated: () => void;
  /** Aborts when this page stops serving although it is still open: open responses then fail. */
  readonly signal: AbortSignal;
}

export interface WorkerLink {
  /** The worker's id for this page. */
  readonly clientId: string;
  /** Sends a keep-alive, so that the browser doesn't stop the worker. */
  readonly keepAlive: () => void;
}

type YouAre = Message<WorkerToPage> & { readonly type: "you-are" };

/**
 * Resolves once files of this page can be fetched.
 * @throws {WorkerError} if they never can
 */
export async function linkWorker(options: WorkerLinkOptions): Promise<WorkerLink> {
  const { container, locks, signal } = options;
  const registration = await register(options);
  const handshake = listen(options);
  let known = await handshake(await activeWorker(container));
  if (known.messagesVersion !== MESSAGES_VERSION) {
    options.onBusy();
    await replaceWorker(options, registration);
    known = await handshake(await activeWorker(container));
    if (known.messagesVersion !== MESSAGES_VERSION) throw new WorkerError("outdated", "the service worker has another version");
  }
  await controlled(container);
  await holdLifeLock(locks, known.clientId, signal);

  container.addEventListener("controllerchange", () => {
    const check = async (): Promise<void> => {
      const now = await handshake(await activeWorker(container));
      if (now.messagesVersion !== MESSAGES_VERSION) options.onOutdated();
    };
    check().catch(options.onOutdated);
  });
  // A newer worker with the same message version can wait.
  followUpdates({ container, registration, locks, signal });
  return { clientId: known.clientId, keepAlive: () => post(container.controller ?? registration.active, { type: "keep-alive" }) };
}

/**
 * The page's registration. A worker that is already active is used at once: Chromium resolves `register()` only after it has checked for an update, which
 * takes seconds when other tabs use all six connections that it allows with HTTP/1.1.
 */
async function register({ container, script }: WorkerLinkOptions): Promise<ServiceWorkerRegistration> {
  const registered = async (): Promise<ServiceWorkerRegistration> => {
    try {
      return await container.register(script, { updateViaCache: "none" });
    } catch (error) {
      // The server may be unreachable although a worker is installed.
      const earlier = await container.getRegistration().catch(() => undefined);
      if (earlier?.active) return earlier;
      throw new WorkerError("blocked", "the browser refuses the service worker", { cause: error });
    }
  };
  return Promise.race([registered(), container.ready]);
}

/** Listens to workers. @returns a function that asks one for this page's id */
function listen({ container, onOpen }: WorkerLinkOptions): (worker: ServiceWorker) => Promise<YouAre> {
  let onYouAre: ((message: YouAre) => void) | undefined;
  container.addEventListener("message", (event: MessageEvent<Message<WorkerToPage>>) => {
    const message = event.data;
    const [port] = event.ports;
    if (message.type === "you-are") onYouAre?.(message);
    else if (port) onOpen(message, port);
  });
  container.startMessages();
  return async (worker) =>
    deadline(
      new Promise((resolve) => {
        onYouAre = resolve;
        post(worker, { type: "who-are-you" });
      }),
    );
}

async function activeWorker(container: ServiceWorkerContainer): Promise<ServiceWorker> {
  const { active } = await deadline(container.ready);
  if (!active) throw new WorkerError("silent", "the service worker isn't active");
  return active;
}

async function replaceWorker(options: WorkerLinkOptions, registration: ServiceWorkerRegistration): Promise<void> {
  // Registering checks for an update only if the last check is long ago. A hanging request must not block the page.
  await deadline(registration.update(), WORKER_UPDATE_TIMEOUT_MS).catch(() => undefined);
  const installing = registration.installing;
  if (installing) {
    await deadline(
      new Promise<void>((resolve) => {
        installing.addEventListener("statechange", () => installing.state !== "installing" && resolve());
      }),
    );
  }
  await takeOverWhenIdle({ ...options, registration });
}

/** Resolves once the worker has claimed this page: from then on, the page's requests go to the worker. */
async function controlled(container: ServiceWorkerContainer): Promise<void> {
  if (container.controller) return;
  await deadline(
    new Promise<void>((resolve) => {
      container.addEventListener("controllerchange", () => resolve(), { once: true });
      if (container.controller) resolve();
    }),
  );
}

/** Resolves once the lock is held. It is kept until the page is closed or `signal` aborts. */
async function holdLifeLock(locks: LockManager, clientId: string, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    void locks.request(lifeLockName(clientId), async () => {
      resolve();
      if (!signal.aborted) await new Promise((release) => signal.addEventListener("abort", release, { once: true }));
    });
  });
}

function post(worker: ServiceWorker | null, message: Message<PageToWorker>): void {
  worker?.postMessage(message);
}

async function deadline<T>(promise: Promise<T>, limitMs = WORKER_ANSWER_TIMEOUT_MS): Promise<T> {
  const silent = (): WorkerError => new WorkerError("silent", "the service worker doesn't respond");
  return withDeadline(limitMs, undefined, silent, () => promise);
}

/*
 * The page's side of the service worker: registers it, has it take the page under its control (also after a hard reload), and learns
 * the id under which it knows the page.
 */
import { MESSAGES_VERSION, WORKER_ANSWER_TIMEOUT_MS, WORKER_UPDATE_TIMEOUT_MS } from "../../shared/limits.ts";
import { lifeLockName } from "../../shared/locks.ts";
import type { Message, OpenMessage, PageToWorker, WorkerToPage } from "../../shared/worker-messages.ts";
import { followUpdates, takeOverWhenIdle } from "./take-over.ts";
import { WorkerError } from "./worker-error.ts";

export interface WorkerLinkOptions {
  readonly container: ServiceWorkerContainer;
  readonly locks: LockManager;
  /** Address of the worker's script; its folder is what it controls. */
  readonly script: string;
  /** The worker asks for a file; the answer goes to the port. */
  readonly onOpen: (message: OpenMessage, port: MessagePort) => void;
  /** An older worker is busy in another tab; this page waits for it. */
  readonly onBusy: () => void;
  /** A worker of another version took over: this page should be reloaded. */
  readonly onOutdated: () => void;
  /** Aborts when this page serves no more, though it lives: what still waits for its bytes hears it. */
  readonly signal: AbortSignal;
}

export interface WorkerLink {
  /** Under this id the worker finds this page. */
  readonly clientId: string;
  /** A sign of life, so that the browser doesn't end the worker. */
  readonly keepAlive: () => void;
}

type YouAre = Message<WorkerToPage> & { readonly type: "you-are" };

/**
 * Resolves once files of this page can be fetched.
 * @throws {WorkerError} when they never can
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
    if (known.messagesVersion !== MESSAGES_VERSION) throw new WorkerError("outdated", "the service worker is of another version");
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
  // A newer worker of the same version of messages: no hurry.
  followUpdates({ container, registration, locks, signal });
  return { clientId: known.clientId, keepAlive: () => say(container.controller ?? registration.active, { type: "keep-alive" }) };
}

/**
 * The page's registration. A worker that an earlier visit, or another tab, left active is used at once: Chromium resolves `register()` only after its own
 * check for an update, which takes seconds where other tabs use all six connections that HTTP/1.1 allows.
 */
async function register({ container, script }: WorkerLinkOptions): Promise<ServiceWorkerRegistration> {
  const registered = async (): Promise<ServiceWorkerRegistration> => {
    try {
      return await container.register(script, { updateViaCache: "none" });
    } catch (error) {
      // The server may be away while a worker is there.
      const earlier = await container.getRegistration().catch(() => undefined);
      if (earlier?.active) return earlier;
      throw new WorkerError("blocked", "the browser refuses the service worker", { cause: error });
    }
  };
  return Promise.race([registered(), container.ready]);
}

/** Listens to workers, and answers a function that asks one who this page is. */
function listen({ container, onOpen }: WorkerLinkOptions): (worker: ServiceWorker) => Promise<YouAre> {
  let heard: ((message: YouAre) => void) | undefined;
  container.addEventListener("message", (event: MessageEvent<Message<WorkerToPage>>) => {
    const message = event.data;
    const [port] = event.ports;
    if (message.type === "you-are") heard?.(message);
    else if (port) onOpen(message, port);
  });
  container.startMessages();
  return async (worker) =>
    deadline(
      new Promise((resolve) => {
        heard = resolve;
        say(worker, { type: "who-are-you" });
      }),
    );
}

async function activeWorker(container: ServiceWorkerContainer): Promise<ServiceWorker> {
  const { active } = await deadline(container.ready);
  if (!active) throw new WorkerError("silent", "the service worker isn't active");
  return active;
}

async function replaceWorker(options: WorkerLinkOptions, registration: ServiceWorkerRegistration): Promise<void> {
  // Registering looked for a newer one only where the last look is long ago. A request that hangs must not keep the page waiting.
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

/** The worker has claimed this page: from now on its requests go to the worker. */
async function controlled(container: ServiceWorkerContainer): Promise<void> {
  if (container.controller) return;
  await deadline(
    new Promise<void>((resolve) => {
      container.addEventListener("controllerchange", () => resolve(), { once: true });
      if (container.controller) resolve();
    }),
  );
}

/** Resolves once the lock is held, which it then is for as long as the page lives, or until `signal` aborts. */
async function holdLifeLock(locks: LockManager, clientId: string, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    void locks.request(lifeLockName(clientId), async () => {
      resolve();
      if (!signal.aborted) await new Promise((release) => signal.addEventListener("abort", release, { once: true }));
    });
  });
}

function say(worker: ServiceWorker | null, message: Message<PageToWorker>): void {
  worker?.postMessage(message);
}

async function deadline<T>(promise: Promise<T>, limitMs = WORKER_ANSWER_TIMEOUT_MS): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new WorkerError("silent", "the service worker doesn't answer")), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/*
 * The service worker: serves files over HTTP that a page reads over its data channel. It keeps no state between requests, so the browser may stop and start
 * it at any time.
 *
 * A new version does not skip waiting by itself, which would end other tabs' downloads. A page tells it to take over once no tab has a response open.
 */
import { RESOURCE_URL_PREFIX } from "../shared/resource-url.ts";
import { MESSAGES_VERSION } from "../shared/limits.ts";
import { lifeLockName } from "../shared/locks.ts";
import type { Message, PageToWorker, WorkerToPage } from "../shared/messages/worker-messages.ts";
import { type AnswerContext, answerFileRequest, type Page } from "./answer.ts";

declare const self: ServiceWorkerGlobalScope;

/** The page's folder, which is what the worker controls. */
const base = new URL("./", self.location.href).pathname;

const context: AnswerContext = {
  base,
  findPage: async (clientId) => {
    const client = await self.clients.get(clientId);
    return client && asPage(client);
  },
  // A page holds its life lock until it is closed: no event reports that. In shared mode, because many responses may wait for the same page.
  waitUntilGone: async (clientId, signal) => {
    await navigator.locks.request(lifeLockName(clientId), { mode: "shared", signal }, () => undefined);
  },
};

function asPage(client: Client): Page {
  return { post: (message, port) => client.postMessage(message, [port]) };
}

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const message = event.data as Message<PageToWorker>;
  if (message.type === "take-over") event.waitUntil(self.skipWaiting());
  if (message.type === "who-are-you") event.waitUntil(sendClientId(event.source));
  // "keep-alive" needs no response: receiving an event keeps the worker alive.
});

/** A page that was hard-reloaded is not controlled by a worker. Claim it before it gets its id. */
async function sendClientId(source: ExtendableMessageEvent["source"]): Promise<void> {
  if (!(source instanceof Client)) return;
  await self.clients.claim();
  source.postMessage({ type: "you-are", clientId: source.id, messagesVersion: MESSAGES_VERSION } satisfies Message<WorkerToPage>);
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  // Everything else (the page, its scripts, signalling) goes to the network.
  if (url.origin === self.location.origin && url.pathname.startsWith(base + RESOURCE_URL_PREFIX)) {
    event.respondWith(answerFileRequest(event.request, context));
  }
});

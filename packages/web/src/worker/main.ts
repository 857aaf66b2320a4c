/*
 * The service worker: files that a page reads over its data channel, as HTTP. It remembers nothing between two requests, so it may be
 * stopped and started at any time.
 *
 * A new version of it does not skip waiting by itself: that would end other tabs' downloads. The page that finds it waiting has it take
 * over as soon as no tab has a response open.
 */
import { FILE_PATH_PREFIX } from "../shared/file-url.ts";
import { MESSAGES_VERSION } from "../shared/limits.ts";
import type { Message, PageToWorker, WorkerToPage } from "../shared/worker-messages.ts";
import { type AnswerContext, answerFileRequest, type Page } from "./answer.ts";
import { waitUntilPageGone } from "./life-line.ts";

declare const self: ServiceWorkerGlobalScope;

/** The page's folder, which is what the worker controls. */
const base = new URL("./", self.location.href).pathname;

const context: AnswerContext = {
  base,
  findPage: async (clientId) => {
    const client = await self.clients.get(clientId);
    return client && asPage(client);
  },
  waitUntilGone: (clientId, signal) => waitUntilPageGone(navigator.locks, clientId, signal),
};

function asPage(client: Client): Page {
  return { post: (message, port) => client.postMessage(message, [port]) };
}

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const message = event.data as Message<PageToWorker>;
  if (message.type === "take-over") event.waitUntil(self.skipWaiting());
  if (message.type === "who-are-you") event.waitUntil(introduce(event.source));
  // "keep-alive" needs no answer: the event itself keeps the worker.
});

/** After a hard reload a page has no worker: claiming gives it one, before it hears who it is. */
async function introduce(source: ExtendableMessageEvent["source"]): Promise<void> {
  if (!(source instanceof Client)) return;
  await self.clients.claim();
  source.postMessage({ type: "you-are", clientId: source.id, messagesVersion: MESSAGES_VERSION } satisfies Message<WorkerToPage>);
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  // All else (the page, its scripts, signalling) is the network's.
  if (url.origin === self.location.origin && url.pathname.startsWith(base + FILE_PATH_PREFIX)) {
    event.respondWith(answerFileRequest(event.request, context));
  }
});

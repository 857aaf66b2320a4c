/* Responds to requests for resources. Stateless: the URL names the resource and the page that has it. */
import { parseResourceUrl, type ResourceRequest } from "../shared/resource-url.ts";
import { PAGE_ANSWER_TIMEOUT_MS } from "../shared/limits.ts";
import { type FileFacts, planResponse, type RequestFacts, SAFETY_HEADERS } from "@rangecast/http";
import { createTypedPort } from "../shared/ports/typed-port.ts";
import type { Message, RefusedReason, SourceToBody, WorkerToPage } from "../shared/messages/worker-messages.ts";
import { type BodyPort, createBody } from "./body.ts";

/** What the service worker's globals provide. */
export interface AnswerContext {
  /** Path of the page's folder, with a slash at the end. */
  readonly base: string;
  /** The page with that id, if it is open. */
  findPage(clientId: string): Promise<Page | undefined>;
  /** Resolves once that page is closed. Rejects when `signal` aborts. */
  waitUntilGone(clientId: string, signal: AbortSignal): Promise<void>;
}

export interface Page {
  post(message: Message<WorkerToPage>, port: MessagePort): void;
}

/** A page's facts about a resource, or why it has none. */
type Facts = { readonly facts: FileFacts } | { readonly refused: RefusedReason | "timeout" };

/** Responds to a request under {@link RESOURCE_URL_PREFIX}. A page's failure becomes a status, never a rejection. */
export async function answerFileRequest(request: Request, context: AnswerContext): Promise<Response> {
  const address = parseResourceUrl(new URL(request.url), context.base);
  if (!address) return refusal(404, "This is not the address of a file.");
  const page = await context.findPage(address.clientId);
  if (!page) return refusal(410, "The page that had this file was closed. Open the link again.");

  const { port1, port2 } = new MessageChannel();
  const port: BodyPort = createTypedPort(port1);
  const answer = askForFacts(port);
  const { clientId: _clientId, ...resource } = address;
  page.post({ type: "open", ...resource }, port2);
  const answered = await answer;
  if ("facts" in answered) return respond({ request, address, facts: answered.facts, port, context });
  port.post({ type: "cancel" });
  port.close();
  return refusalFor(answered.refused);
}

async function askForFacts(port: BodyPort): Promise<Facts> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ refused: "timeout" }), PAGE_ANSWER_TIMEOUT_MS);
    port.listen((message: Message<SourceToBody>) => {
      if (message.type === "ping") return port.post({ type: "pong" });
      clearTimeout(timer);
      if (message.type === "file") resolve({ facts: message.facts });
      else resolve({ refused: message.type === "refused" ? message.reason : "gone" });
    });
  });
}

interface Respond {
  readonly request: Request;
  readonly address: ResourceRequest;
  readonly facts: FileFacts;
  readonly port: BodyPort;
  readonly context: AnswerContext;
}

function respond({ request, address, facts, port, context }: Respond): Response {
  const plan = planResponse(requestFacts(request, address), facts);
  const init = { status: plan.status, headers: plan.headers };
  const range = plan.body;
  if (!range || range.start === range.end) {
    port.post({ type: "cancel" });
    port.close();
    return new Response(null, init);
  }
  const ended = new AbortController();
  const pageGone = new AbortController();
  context.waitUntilGone(address.clientId, ended.signal).then(
    () => pageGone.abort(),
    () => undefined, // The response ended first.
  );
  return new Response(createBody({ port, range, pageGone: pageGone.signal, onEnd: () => ended.abort() }), init);
}

function requestFacts(request: Request, address: ResourceRequest): RequestFacts {
  return {
    method: request.method,
    range: request.headers.get("range"),
    ifRange: request.headers.get("if-range"),
    ifMatch: request.headers.get("if-match"),
    download: address.download,
  };
}

function refusalFor(reason: RefusedReason | "timeout"): Response {
  if (reason === "not-found") return refusal(404, "The host has no such file.");
  if (reason === "not-ready") return refusal(503, "The file is not available yet.");
  if (reason === "timeout") return refusal(504, "The page that has this file doesn't respond.");
  return refusal(410, "This file, or this version of it, is no longer available. Reload the page.");
}

/** Text, for people who open the URL themselves. */
function refusal(status: number, text: string): Response {
  return new Response(`${text}\n`, { status, headers: { ...SAFETY_HEADERS, "Content-Type": "text/plain; charset=utf-8" } });
}

/* The page's side of its engine: starts it, forwards the service worker's requests, hosts its peer connections, and receives its events. */
import type { EngineEvent, EngineToPage, PageToEngine } from "../../shared/messages/engine-messages.ts";
import type { Answer, FolderShare, Question } from "../../shared/messages/folder-messages.ts";
import type { HostToProxy, ProxyToHost } from "../../shared/messages/peer-messages.ts";
import { errorOf } from "../../shared/messages/plain-error.ts";
import type { FileFacts } from "@rangecast/http";
import type { Target } from "../../shared/messages/target.ts";
import { createTypedPort, type PortLike } from "../../shared/ports/typed-port.ts";
import type { Message, OpenMessage, SourceToBody } from "../../shared/messages/worker-messages.ts";
import type { EngineLink } from "./open-engine.ts";
import type { PeerHost } from "./peer-host.ts";

export interface EngineOptions {
  /** Rejects if no engine can be started. */
  readonly link: Promise<EngineLink>;
  readonly target: Target;
  readonly peers: PeerHost;
  readonly onPlace: (place: EngineLink["place"]) => void;
  readonly onEvent: (event: EngineEvent) => void;
  readonly onFile: (version: string, facts: FileFacts, folder: FolderShare | undefined) => void;
  /** The service worker must be sent a keep-alive. */
  readonly onKeepAlive: () => void;
  /** An unexpected error, to be reported. */
  readonly onFault: (error: unknown) => void;
  /** The engine died or could not be started: this page no longer serves. */
  readonly onGone: () => void;
}

export interface Engine {
  /** Serves a request of the service worker, once the engine has started. */
  answer(request: OpenMessage, port: PortLike): void;
  /** Asks about a share of folders. Resolves with `failed` if the engine is gone, or when `signal` aborts. */
  ask(question: Question, signal: AbortSignal): Promise<Answer>;
  /** Tries to connect now instead of later. */
  retry(): void;
  /** The page is being closed: closes its connections at once, and has the engine say goodbye if there is still time. */
  leave(): void;
}

export function createEngine(options: EngineOptions): Engine {
  const { link, target, peers } = options;
  let gone = false;
  let questions = 0;
  const waiting = new Map<number, (answer: Answer) => void>();
  const resolve = (id: number, answer: Answer): void => {
    waiting.get(id)?.(answer);
    waiting.delete(id);
  };
  const onMessage = (message: Message<EngineToPage>): void => {
    if (message.type === "event") options.onEvent(message.event);
    else if (message.type === "file") options.onFile(message.version, message.facts, message.folder);
    else if (message.type === "answer") resolve(message.id, message.answer);
    else if (message.type === "peer") peers.add(message.config, createTypedPort<HostToProxy, ProxyToHost>(message.port));
    else if (message.type === "keep-alive") options.onKeepAlive();
    else if (message.type === "fault") options.onFault(errorOf(message.error));
  };
  const onLost = (error: unknown): void => {
    gone = true;
    peers.close();
    for (const id of waiting.keys()) resolve(id, NO_ANSWER);
    options.onFault(error);
    options.onEvent({ type: "ended", reason: "fault" });
    options.onGone();
  };
  const run = async (): Promise<void> => {
    const { place, port, died } = await link;
    options.onPlace(place);
    port.listen(onMessage);
    port.post({ type: "start", target });
    await died;
    throw new Error("the engine ended before its page");
  };
  run().catch(onLost);

  const post = (message: Message<PageToEngine>): void => {
    // A rejection is handled by onLost.
    link.then(
      ({ port }) => port.post(message),
      () => undefined,
    );
  };
  return {
    answer: (request, response) => {
      link.then(
        ({ port }) => (gone ? refuse(response) : port.post({ type: "open", request, port: response }, [response])),
        () => refuse(response),
      );
    },
    ask: (question, signal) =>
      new Promise((answered) => {
        if (gone || signal.aborted) return answered(NO_ANSWER);
        const id = ++questions;
        waiting.set(id, answered);
        signal.addEventListener("abort", () => {
          if (!waiting.has(id)) return;
          resolve(id, NO_ANSWER);
          post({ type: "withdraw", id });
        });
        post({ type: "ask", id, question });
      }),
    retry: () => post({ type: "retry" }),
    leave: () => {
      post({ type: "leave" });
      peers.close();
    },
  };
}

const NO_ANSWER: Answer = { kind: "failed", reason: "failed" };

function refuse(response: PortLike): void {
  const port = createTypedPort<SourceToBody, never>(response);
  port.post({ type: "refused", reason: "gone" });
  port.close();
}

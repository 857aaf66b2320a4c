/*
 * The page's side of its engine: tells it what to connect to, passes the service worker's requests on, hosts its peer connections, and hears how it goes.
 */
import type { EngineEvent, EngineToPage, PageToEngine } from "../../shared/engine-messages.ts";
import type { HostToProxy, ProxyToHost } from "../../shared/peer-messages.ts";
import { errorOf } from "../../shared/plain-error.ts";
import type { FileFacts } from "../../shared/plan-response.ts";
import type { Target } from "../../shared/target.ts";
import { createTypedPort, type PortLike } from "../../shared/typed-port.ts";
import type { Message, OpenMessage, SourceToBody } from "../../shared/worker-messages.ts";
import type { EngineLink } from "./open-engine.ts";
import type { PeerHost } from "./peer-host.ts";

export interface EngineOptions {
  /** Rejects when there will be no engine. */
  readonly link: Promise<EngineLink>;
  readonly target: Target;
  readonly peers: PeerHost;
  readonly onPlace: (place: EngineLink["place"]) => void;
  readonly onEvent: (event: EngineEvent) => void;
  readonly onFile: (version: string, facts: FileFacts) => void;
  /** The service worker needs a sign of life. */
  readonly onKeepAlive: () => void;
  /** An error that nobody expects: to be reported as what it is. */
  readonly onFault: (error: unknown) => void;
  /** It died, or never lived: this page serves no more. */
  readonly onGone: () => void;
}

export interface Engine {
  /** Answers the service worker's request, as soon as there is an engine. */
  answer(request: OpenMessage, port: PortLike): void;
  /** Tries to connect now instead of later. */
  retry(): void;
  /** The page goes. The connection closes at once; what else is to be said, the engine says if it still can. */
  leave(): void;
}

export function createEngine(options: EngineOptions): Engine {
  const { link, target, peers } = options;
  let gone = false;
  const hear = (message: Message<EngineToPage>): void => {
    if (message.type === "event") options.onEvent(message.event);
    else if (message.type === "file") options.onFile(message.version, message.facts);
    else if (message.type === "peer") peers.add(message.config, createTypedPort<HostToProxy, ProxyToHost>(message.port));
    else if (message.type === "keep-alive") options.onKeepAlive();
    else if (message.type === "fault") options.onFault(errorOf(message.error));
  };
  const lose = (error: unknown): void => {
    gone = true;
    peers.close();
    options.onFault(error);
    options.onEvent({ type: "ended", reason: "fault" });
    options.onGone();
  };
  const live = async (): Promise<void> => {
    const { place, port, died } = await link;
    options.onPlace(place);
    port.listen(hear);
    port.post({ type: "start", target });
    await died;
    throw new Error("the engine ended before its page");
  };
  live().catch(lose);

  const say = (message: Message<PageToEngine>): void => {
    // Where there is no link, that is heard above.
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
    retry: () => say({ type: "retry" }),
    leave: () => {
      say({ type: "leave" });
      peers.close();
    },
  };
}

function refuse(response: PortLike): void {
  const port = createTypedPort<SourceToBody, never>(response);
  port.post({ type: "refused", reason: "gone" });
  port.close();
}

/*
 * All that touches the connection and its bytes: keeps connected, and answers the service worker's requests. It runs in a dedicated worker, where a busy page
 * does not hold it up, or on the page itself where the browser allows no more; it doesn't know which.
 */
import type { EnginePort } from "../shared/engine-messages.ts";
import { plainError } from "../shared/plain-error.ts";
import type { Target } from "../shared/target.ts";
import { createTypedPort, type PortLike } from "../shared/typed-port.ts";
import type { BodyToSource, OpenMessage, SourceToBody } from "../shared/worker-messages.ts";
import type { Connect } from "./connect.ts";
import { reasonOf } from "./remote.ts";
import { createFileHolder } from "./serve/file-holder.ts";
import { createResponses } from "./serve/responses.ts";
import { SourceError } from "./serve/source-error.ts";
import { trackDownloads } from "./serve/track-downloads.ts";
import { type Session, startSession } from "./session/session.ts";

export interface EngineOptions {
  readonly port: EnginePort;
  readonly connect: Connect;
  readonly locks: LockManager;
}

/** Runs until the page says `leave`, or its thread ends. */
export function runEngine({ port, connect, locks }: EngineOptions): void {
  let session: Session | undefined;
  const leaving = new AbortController();
  const holder = createFileHolder();
  const onFault = (error: unknown): void => port.post({ type: "fault", error: plainError(error) });
  const responses = createResponses({
    holder,
    locks,
    keepAlive: () => port.post({ type: "keep-alive" }),
    onDownload: trackDownloads((event) => port.post({ type: "event", event })),
    onFailure: (error) => {
      if (!(error instanceof SourceError)) return onFault(error);
      if (error.reason === "broken") port.post({ type: "event", event: { type: "unreadable" } });
      // What the host announced no longer holds: a new connection announces what does.
      if (reasonOf(error.cause) === "file-changed") session?.renew();
    },
  });
  const start = (target: Target): void => {
    session ??= startSession({
      connect: (signal) => connect(target, signal),
      holder,
      dispatch: (event) => port.post({ type: "event", event }),
      onFile: ({ id, facts }) => port.post({ type: "file", version: id, facts }),
      onFault,
      signal: leaving.signal,
    });
  };
  const open = (request: OpenMessage, response: PortLike): void => {
    responses.answer(request, createTypedPort<SourceToBody, BodyToSource>(response));
  };

  port.listen((message) => {
    if (message.type === "start") start(message.target);
    else if (message.type === "open") open(message.request, message.port);
    else if (message.type === "retry") session?.retry();
    else leaving.abort();
  });
}

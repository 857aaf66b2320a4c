/*
 * Holds the connection to the host, and serves the service worker's requests from it. It runs in a dedicated worker, where a busy page doesn't delay it, or
 * on the page itself in browsers whose data channels can't be used in a worker. It works the same in both places.
 */
import { ClientError, type ClientErrorReason, type FileVersion, isFolder } from "@rangecast/client";
import type { EnginePort } from "../shared/messages/engine-messages.ts";
import { plainError } from "../shared/messages/plain-error.ts";
import { shareOf, type Target } from "../shared/messages/target.ts";
import { createTypedPort, type PortLike } from "../shared/ports/typed-port.ts";
import type { BodyToSource, OpenMessage, SourceToBody } from "../shared/messages/worker-messages.ts";
import type { Connect, EngineFile } from "./connect.ts";
import { createQuestions } from "./folders/questions.ts";
import { createResponses } from "./serve/responses.ts";
import { ServedTree } from "./serve/served-tree.ts";
import { trackDownloads } from "./serve/track-downloads.ts";
import { watchConnection } from "./watch-connection.ts";

export interface EngineOptions {
  readonly port: EnginePort;
  readonly connect: Connect;
  readonly locks: LockManager;
}

/** Reasons for which a response fails although its version is still the current one. */
const UNREADABLE: ReadonlySet<ClientErrorReason> = new Set(["unreadable", "out-of-range", "protocol-error"]);

/** Runs until the page sends `leave`, or its thread ends. */
export function runEngine({ port, connect, locks }: EngineOptions): void {
  let file: EngineFile | undefined;
  let tree: ServedTree | undefined;
  const leaving = new AbortController();
  const onFault = (error: unknown): void => port.post({ type: "fault", error: plainError(error) });
  const responses = createResponses({
    find: (request, signal) => tree?.find(request, signal) ?? "not-ready",
    locks,
    keepAlive: () => port.post({ type: "keep-alive" }),
    onDownload: trackDownloads((event) => port.post({ type: "event", event })),
    onFailure: (error) => {
      if (!(error instanceof ClientError)) return onFault(error);
      if (UNREADABLE.has(error.reason)) port.post({ type: "event", event: { type: "unreadable" } });
    },
  });

  const questions = createQuestions({
    file: () => file,
    openFile: (path, signal) => tree?.open(path, signal) ?? Promise.reject(new ClientError("closed", "nothing is open")),
    answer: (id, answer) => port.post({ type: "answer", id, answer }),
    onFault,
  });

  const start = (target: Target): void => {
    const served = new ServedTree(shareOf(target));
    tree = served;
    const started = (): EngineFile => {
      if (file === undefined) throw new Error("the file reported something before connect() returned it");
      return file;
    };
    const onVersion = (version: FileVersion): void => {
      const { id, name, size, provisional, mediaType, etag } = version;
      const facts = { name, size, provisional, mediaType, etag };
      const folder = isFolder(version) ? { name, zip: version.features.has("zip") } : undefined;
      if (version.features.has("counted")) port.post({ type: "event", event: { type: "counted" } });
      served.setRoot(started(), { id, facts, isFolder: folder !== undefined });
      port.post({ type: "file", version: id, facts, ...(folder === undefined ? {} : { folder }) });
    };
    const onState = watchConnection(started, (event) => {
      if (!leaving.signal.aborted) port.post({ type: "event", event });
    });
    file = connect(target, { onVersion, onState, onFault, signal: leaving.signal });
  };
  const open = (request: OpenMessage, response: PortLike): void => {
    responses.answer(request, createTypedPort<SourceToBody, BodyToSource>(response));
  };

  port.listen((message) => {
    if (message.type === "start") {
      if (file === undefined) start(message.target);
    } else if (message.type === "open") open(message.request, message.port);
    else if (message.type === "ask") questions.ask(message.id, message.question);
    else if (message.type === "withdraw") questions.withdraw(message.id);
    else if (message.type === "retry") file?.networkChanged();
    else leaving.abort();
  });
}

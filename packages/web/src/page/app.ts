/* Puts the parts together: address and browser are looked at, worker and session started, and their events shown. */
import { mediaKind, safeContentType } from "../shared/content-type.ts";
import { displayName } from "../shared/file-name.ts";
import { formatFileUrl } from "../shared/file-url.ts";
import { readAddress, type Target } from "./address.ts";
import { findLack } from "./environment.ts";
import { reasonOf, type RemoteFileLike } from "./remote.ts";
import { createFileHolder, type FileHolder, type FileVersion } from "./serve/file-holder.ts";
import { createResponses, type Responses, SESSION_FILE_ID } from "./serve/responses.ts";
import { SourceError } from "./serve/source-error.ts";
import { trackDownloads } from "./serve/track-downloads.ts";
import { type Session, startSession } from "./session/session.ts";
import { anyRunning } from "./state/downloads.ts";
import type { ShownFile } from "./state/page-state.ts";
import { createStayAwake } from "./stay-awake.ts";
import { createStore, type Store } from "./store.ts";
import { workerScript } from "./trusted-script.ts";
import { playable } from "./view/playable.ts";
import { createView } from "./view/render.ts";
import { saveFrom } from "./view/save.ts";
import { viewModel } from "./view/view-model.ts";
import { linkWorker } from "./worker-link/worker-link.ts";
import { WorkerError } from "./worker-link/worker-error.ts";

export interface AppOptions {
  /** Opens the file of a share or a session, once. */
  readonly connect: (target: Target, signal: AbortSignal) => Promise<RemoteFileLike>;
}

export function startApp({ connect }: AppOptions): void {
  let session: Session | undefined;
  const stayAwake = createStayAwake();
  const view = createView({
    onOpen: () => store.dispatch({ type: "media-open" }),
    onMediaFailed: (reason) => store.dispatch({ type: "media-failed", reason: connected(store) ? reason : "network" }),
    onDownload: () => save(store),
    onAction: (action) => (action === "reload" ? location.reload() : session?.retry()),
  });
  const store = createStore((state) => {
    view(viewModel(state));
    stayAwake.set(anyRunning(state.downloads));
  });

  const address = readAddress(location.href);
  if (address.kind === "home") return store.dispatch({ type: "no-share" });
  const lack = findLack(window);
  if (lack) return store.dispatch({ type: "unsupported", reason: lack });
  if (address.kind === "bad") return store.dispatch({ type: "bad-link", reason: address.reason });

  const holder = createFileHolder();
  const leaving = new AbortController();
  session = startSession({
    connect: (signal) => connect(address, signal),
    holder,
    dispatch: store.dispatch,
    onFile: (version) => store.dispatch({ type: "file", file: shownFile(version) }),
    onFault: reportError,
    signal: leaving.signal,
  });
  startWorker(store, holder, session).catch(reportError);
  followWindow(session);
  // A tab that just goes is missed by nobody for half a minute: the host keeps its place until ICE gives up (RFC 7675).
  window.addEventListener("pagehide", () => leaving.abort());
}

function connected({ state }: Store): boolean {
  return state.connection.phase === "connected";
}

function save({ state }: Store): void {
  const { worker, file } = state;
  if (worker.phase !== "ready" || !file) return;
  const fileAddress = { clientId: worker.clientId, fileId: SESSION_FILE_ID, version: file.version };
  saveFrom(formatFileUrl(fileAddress, file.name, { download: true }));
}

async function startWorker(store: Store, holder: FileHolder, session: Session): Promise<void> {
  let keepAlive: () => void = () => undefined;
  const responses: Responses = createResponses({
    holder,
    locks: navigator.locks,
    keepAlive: () => keepAlive(),
    onDownload: trackDownloads(store.dispatch),
    onFailure: (error) => {
      if (!(error instanceof SourceError)) return reportError(error);
      if (error.reason === "broken") store.dispatch({ type: "unreadable" });
      // What the host announced no longer holds: a new connection announces what does.
      if (reasonOf(error.cause) === "file-changed") session.renew();
    },
  });
  try {
    const link = await linkWorker({
      container: navigator.serviceWorker,
      locks: navigator.locks,
      script: workerScript(window),
      onOpen: responses.answer,
      onBusy: () => store.dispatch({ type: "worker", worker: { phase: "busy" } }),
      onOutdated: () => store.dispatch({ type: "worker", worker: { phase: "outdated" } }),
      signal: new AbortController().signal,
    });
    keepAlive = link.keepAlive;
    store.dispatch({ type: "worker", worker: { phase: "ready", clientId: link.clientId } });
  } catch (error) {
    if (!(error instanceof WorkerError)) throw error;
    store.dispatch({ type: "worker", worker: { phase: error.reason === "outdated" ? "outdated" : "blocked" } });
  }
}

function shownFile({ id, facts }: FileVersion): ShownFile {
  const contentType = safeContentType(facts.mediaType, facts.name);
  const kind = mediaKind(contentType);
  const probe = {
    canPlayType: (element: "video" | "audio", type: string) => document.createElement(element).canPlayType(type),
    showsPdf: navigator.pdfViewerEnabled,
  };
  const canShow = playable(kind, contentType, probe);
  return { name: displayName(facts.name), size: facts.size, contentType, kind, playable: canShow, version: id };
}

/** What happens outside the page and changes its chances. */
function followWindow(session: Session): void {
  window.addEventListener("online", () => session.retry());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") session.retry();
  });
  // Another link in the same tab, or the page out of the browser's memory, where its connection is dead: both start anew.
  window.addEventListener("hashchange", () => location.reload());
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

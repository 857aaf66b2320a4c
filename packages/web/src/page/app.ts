/* Puts the page together: checks the address and the browser, starts engine and service worker, and shows their events. */
import type { PeerConnectionFactory } from "@rangecast/rtc";
import { shareOf } from "../shared/messages/target.ts";
import { linkOf, pageBase, readAddress } from "./address.ts";
import { createEngine, type Engine } from "./engine-link/engine.ts";
import type { EngineLink } from "./engine-link/open-engine.ts";
import { createPeerHost } from "./engine-link/peer-host.ts";
import { createFolderLoader } from "./folder-loader.ts";
import type { FolderBrowser } from "./folders/browse.ts";
import { findMissingFeature } from "./environment.ts";
import { createTrackReader } from "./media/track-reader.ts";
import { anyRunning } from "./state/downloads.ts";
import { createRelayWatch } from "./relay/relay-watch.ts";
import { downloadUrl, type PageState, type WorkerState } from "./state/page-state.ts";
import { shownFile } from "./shown-file.ts";
import { createStayAwake } from "./stay-awake.ts";
import { createStore, type Store } from "./store.ts";
import { createView } from "./view/render.ts";
import { saveFrom } from "./view/save.ts";
import { type ProblemTexts, viewModel } from "./view/view-model.ts";
import { linkWorker, WorkerError, type WorkerLink, type WorkerLinkOptions } from "./worker-link/worker-link.ts";

export interface AppOptions {
  /** URL of the service worker's script. */
  readonly workerScript: string;
  /** For an engine in a worker, which can't create its own. */
  readonly createPeerConnection: PeerConnectionFactory;
  /** Starts the engine, which connects and serves. */
  readonly openEngine: () => Promise<EngineLink>;
}

export function startApp({ workerScript, createPeerConnection, openEngine }: AppOptions): void {
  let engine: Engine | undefined;
  let watchRelay: ((state: PageState) => void) | undefined;
  let folder: FolderBrowser | undefined;
  let problems: ProblemTexts | "loading" | "unavailable" = "loading";
  const stayAwake = createStayAwake();
  const view = createView({
    onOpen: () => store.dispatch({ type: "media-open" }),
    player: {
      onSound: (sound) => store.dispatch({ type: "sound", sound }),
      onSibling: (which) => folder?.goToSibling(which),
      readLink: async (signal) => {
        const answer = await engine?.ask({ kind: "link" }, signal);
        return answer?.kind === "link" ? answer : undefined;
      },
    },
    onMediaStarted: (way, sounds) => store.dispatch({ type: "media-started", way, sounds }),
    onMediaFailed: (way, reason) => store.dispatch({ type: "media-failed", way, reason: connected(store) ? reason : "network" }),
    onDecoding: (decoding) => store.dispatch({ type: "decoding", decoding }),
    onDownload: () => save(store),
    onAction: (action) => (action === "reload" ? location.reload() : engine?.retry()),
  });
  const readTracks = createTrackReader({
    load: async () => (await import("./media/read-tracks.ts")).readTracks,
    canPlayType: (contentType) => document.createElement("video").canPlayType(contentType),
    onTracks: (version, tracks) => store.dispatch({ type: "tracks", version, tracks }),
  });
  const show = (state: PageState): void => view(viewModel(state, problems));
  const store = createStore((state) => {
    show(state);
    folder?.show(state);
    stayAwake(anyRunning(state.downloads));
    readTracks(state);
    watchRelay?.(state);
  });

  const address = readAddress(location.href);
  if (address.kind === "home") return store.dispatch({ type: "no-share" });
  const problemsScript = import("./messages/problems.ts");
  problemsScript
    .then(
      (script) => (problems = script),
      () => (problems = "unavailable"),
    )
    .then(() => show(store.state))
    .catch(reportError);
  const missingFeature = findMissingFeature(window);
  if (missingFeature) return store.dispatch({ type: "unsupported", reason: missingFeature });
  if (address.kind === "bad") return store.dispatch({ type: "bad-link", reason: address.reason });

  if (address.repaired !== undefined) {
    // Take the key out of the path, so that a reload or a copy of the address doesn't send it again.
    history.replaceState(history.state, "", address.repaired);
    store.dispatch({ type: "secret-sent" });
  }
  const relay = address.kind === "share" ? address.link.relay : address.base;
  watchRelay = createRelayWatch({
    probe: async (signal) => (await problemsScript).probeRelay({ relay, signal }),
    onVerdict: (verdict) => store.dispatch({ type: "relay-probed", verdict }),
  });
  const serving = new AbortController();
  let keepAlive: () => void = () => undefined;
  const openFolder = createFolderLoader({
    load: async () => (await import("./folders/browse.ts")).startBrowsing,
    store,
    ask: (question, signal) => engine?.ask(question, signal) ?? Promise.reject(new Error("there is no engine")),
    onLoaded: (browser) => (folder = browser),
  });
  engine = createEngine({
    link: openEngine(),
    target: address,
    peers: createPeerHost(createPeerConnection),
    // Shows where the engine runs, for debugging and for tests.
    onPlace: (place) => (document.documentElement.dataset["engine"] = place),
    onEvent: store.dispatch,
    onFile: (version, facts, share) =>
      share ? openFolder(version, share) : store.dispatch({ type: "file", file: shownFile(version, facts) }),
    onKeepAlive: () => keepAlive(),
    onFault: reportError,
    onGone: () => serving.abort(),
  });
  startWorker(store, shareOf(address), {
    container: navigator.serviceWorker,
    locks: navigator.locks,
    script: workerScript,
    onOpen: (message, port) => engine?.answer(message, port),
    signal: serving.signal,
  })
    .then((link) => (keepAlive = link?.keepAlive ?? keepAlive))
    .catch(reportError);
  followWindow(engine, store);
}

function connected({ state }: Store): boolean {
  return state.connection.phase === "connected";
}

function save({ state }: Store): void {
  const url = downloadUrl(state);
  if (url !== undefined) saveFrom(url);
}

type WorkerOptions = Omit<WorkerLinkOptions, "onBusy" | "onOutdated">;

/** Undefined if there is no worker, which the page's state then says. */
async function startWorker(store: Store, share: string, options: WorkerOptions): Promise<WorkerLink | undefined> {
  const become = (worker: WorkerState): void => store.dispatch({ type: "worker", worker });
  try {
    const link = await linkWorker({
      ...options,
      onBusy: () => become({ phase: "busy" }),
      onOutdated: () => become({ phase: "outdated" }),
    });
    become({ phase: "ready", clientId: link.clientId, share, base: pageBase(location.pathname) });
    return link;
  } catch (error) {
    if (!(error instanceof WorkerError)) throw error;
    become({ phase: error.reason });
    return undefined;
  }
}

/** Follows browser events after which connecting may work, or no longer can. */
function followWindow(engine: Engine, store: Store): void {
  const link = linkOf(location.hash);
  window.addEventListener("online", () => engine.retry());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") engine.retry();
  });
  // Another link in the same tab, or a page restored from the back/forward cache, whose connection is dead: both start again.
  // Another path in the same shared folder is shown without that (folders/browse.ts).
  window.addEventListener("hashchange", () => {
    if (store.state.folder === undefined || linkOf(location.hash) !== link) location.reload();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  // Without a goodbye, the host would keep this viewer's session for about 30 s, until ICE consent expires (RFC 7675).
  window.addEventListener("pagehide", () => engine.leave());
}

/*
 * The client's lasting file as the page's remote: one version of the file, over however many sessions bring it. What it goes through is told as news;
 * it is over when the file is, or is another one.
 */
import type { ClientError, FileVersion, ReconnectingFile, ReconnectingOptions, ReconnectingState } from "@rangecast/client";
import type { RemoteFileLike, RemoteNews } from "./remote.ts";

/**
 * Opens it. The first failure is an answer: what is to be done about it is the session's to say; after a connection it may pass.
 * @throws what the client throws
 */
export async function openReconnecting(
  open: (options: ReconnectingOptions) => ReconnectingFile,
  signal: AbortSignal,
): Promise<RemoteFileLike> {
  let phase: ReconnectingState["phase"] = "connecting";
  let version: FileVersion | undefined;
  let tell: (news: RemoteNews) => void = () => undefined;
  let refuse: (error: ClientError) => void = () => undefined;
  let outdate: () => void = () => undefined;
  const refused = new Promise<never>((_resolve, reject) => (refuse = reject));
  const outdated = new Promise<{ reason: string }>((resolve) => (outdate = () => resolve({ reason: "file-changed" })));
  // It is raced below, and nobody's business any more after that.
  refused.catch(() => undefined);

  const file = open({
    signal,
    onState: (state) => {
      const news = newsOf(state, phase);
      phase = state.phase;
      if (news === undefined) return;
      if (version !== undefined) tell(news);
      else if (news.kind !== "there") refuse(news.error);
    },
    onVersion: () => {
      if (version !== undefined) outdate();
    },
  });
  try {
    version = await Promise.race([file.opened(signal), refused]);
  } catch (error) {
    void file.close();
    throw error;
  }
  const { id, name, size, provisional, mediaType, etag } = version;
  return {
    name,
    size,
    provisional,
    mediaType,
    etag,
    stream: (options) => file.stream({ ...options, version: id }),
    path: () => file.path(),
    stats: () => file.stats(),
    closed: Promise.race([file.closed, outdated]),
    close: () => file.close(),
    follow: (listener) => (tell = listener),
    networkChanged: () => {
      file.networkChanged();
      file.retry();
    },
  };
}

function newsOf(state: ReconnectingState, before: ReconnectingState["phase"]): RemoteNews | undefined {
  const stood = before === "connected" || before === "suspect";
  switch (state.phase) {
    case "connected":
      return { kind: "there" };
    case "connecting":
      return stood && state.after !== undefined ? { kind: "lost", error: state.after } : undefined;
    case "waiting":
      return { kind: stood ? "lost" : "failed", error: state.error };
    case "suspect":
    case "ended":
      return undefined;
  }
}

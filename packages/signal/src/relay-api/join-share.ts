import { askAgain } from "./ask-again.ts";
import { parseAs } from "../encoding/json.ts";
import type { ShareLink } from "../link/link.ts";
import { persist } from "./persist.ts";
import { createRandomId } from "../encoding/random.ts";
import { type IceServer, type SessionAnswer, sessionAnswer, type ShareAnswer, shareAnswer } from "./relay-answers.ts";
import { requestJson } from "./relay-request.ts";
import { deriveJoinToken } from "../link/share.ts";
import { SHARES_PATH } from "./share-registry.ts";
import { createSignalClient, type SignalClient } from "../session/signal-client.ts";
import { SignalError } from "./signal-error.ts";

export interface JoinOptions {
  readonly link: ShareLink;
  /** 16 random bytes, base64url. @default createRandomId() */
  readonly sessionId?: string;
  /** @default globalThis.fetch */
  readonly fetch?: typeof fetch;
  readonly signal?: AbortSignal;
  /** Told of each failure that is tried again. */
  readonly onTrouble?: (error: SignalError) => void;
}

/** A share that is there: derive the keys with `epoch` and `sessionId`, seal the offer, open. */
export interface JoinedShare {
  readonly sessionId: string;
  readonly epoch: string;
  readonly iceServers: IceServer[];
  /**
   * Opens the session with the sealed offer; the answer comes through the client's messages(), not yet opened. One try, once: after a failure join again,
   * for the session id may be used up.
   * @throws {SignalError} `not-found`, `offline`, `busy`, `conflict`, `unreachable`; the signal's reason when it aborts
   */
  open(sealedOffer: string, options?: { readonly signal?: AbortSignal }): Promise<SignalClient>;
}

/** How long looking for the share is tried again after network failures, milliseconds: somebody waits for the page. */
const PATIENCE_MS = 5000;

/**
 * What the relay says of the share that a link names, whether its daemon is there or not.
 * @throws {SignalError} `not-found` (a wrong link looks the same), `busy` (with `retryAfterMs`), `unreachable`; the signal's reason when it aborts
 */
export async function lookAtShare({ link, fetch, signal, onTrouble }: Omit<JoinOptions, "sessionId">): Promise<ShareAnswer> {
  signal?.throwIfAborted();
  const key = await deriveJoinToken(link.secret, link.shareId);
  const look = async (): Promise<ShareAnswer> => {
    const request = { fetch, url: shareUrl(link), method: "GET", key } as const;
    const answer = parseAs(shareAnswer, await askAgain(signal, (stop) => requestJson({ ...request, signal: stop })));
    if (answer === undefined) throw new SignalError("bad-answer", "the relay's answer is not that of a share");
    return answer;
  };
  return persist(look, {
    signal,
    untilMs: performance.now() + PATIENCE_MS,
    retries: ({ reason }) => reason === "unreachable" || reason === "bad-answer",
    onTrouble,
  });
}

function shareUrl({ relay, shareId }: ShareLink): string {
  return `${relay}${SHARES_PATH}/${shareId}`;
}

/**
 * Looks for the share that a link names (protocol 3.1, points 2 and 3), to open a session of it.
 * @throws {SignalError} `not-found` (a wrong link looks the same), `offline`, `busy` (with `retryAfterMs`), `unreachable`; the signal's reason when it aborts
 */
export async function joinShare(options: JoinOptions): Promise<JoinedShare> {
  const { link, fetch, onTrouble, sessionId = createRandomId() } = options;
  const share = await lookAtShare(options);
  const key = await deriveJoinToken(link.secret, link.shareId);
  const url = shareUrl(link);
  if (!share.online) throw new SignalError("offline", "the share's daemon is not there");

  let opened = false;
  return {
    sessionId,
    epoch: share.epoch,
    iceServers: share.iceServers,
    async open(sealedOffer, { signal: openSignal } = {}) {
      if (opened) throw new Error("a joined share is opened once: join again");
      opened = true;
      const body = { from: "browser", type: "offer", payload: sealedOffer };
      const json = await requestJson({
        fetch,
        url: `${url}/sessions/${encodeURIComponent(sessionId)}`,
        method: "POST",
        key,
        body,
        signal: openSignal,
      });
      const answer: SessionAnswer | undefined = parseAs(sessionAnswer, json);
      if (answer === undefined) throw new SignalError("bad-answer", "the relay's answer is not that of a session");
      return createSignalClient({
        base: link.relay,
        sessionId,
        key: answer.token,
        side: "browser",
        ...(fetch === undefined ? {} : { fetch }),
        ...(onTrouble === undefined ? {} : { onTrouble }),
      });
    },
  };
}

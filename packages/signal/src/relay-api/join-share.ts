import { hedgeRequest } from "./hedged-request.ts";
import { parseAs } from "../encoding/json.ts";
import type { ShareLink } from "../link/link.ts";
import { retry } from "./retry.ts";
import type { ReadingMemory } from "./reading-memory.ts";
import { createRandomId } from "../encoding/random.ts";
import { canPoll, type IceServer, sessionAnswer, type ShareAnswer, shareAnswer } from "./relay-answers.ts";
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
  /** Shared by all sessions of a client, so that only the first has to notice that event streams are held back (L-17). @default nothing is known of the relay */
  readonly memory?: ReadingMemory | undefined;
  /** Called with each failure that is retried. */
  readonly onTrouble?: (error: SignalError) => void;
}

/** A share whose daemon is online. Next: derive the session's keys from `epoch` and `sessionId`, seal the offer, call `open`. */
export interface JoinedShare {
  readonly sessionId: string;
  readonly epoch: string;
  readonly iceServers: IceServer[];
  /**
   * Opens the session with the sealed offer. The sealed answer is among the client's messages(). Can be called once and is not retried: after a failure
   * join again, since the session id may be used.
   * @throws {SignalError} `not-found`, `offline`, `busy`, `conflict`, `unreachable`; the signal's reason when it aborts
   */
  open(sealedOffer: string, options?: { readonly signal?: AbortSignal }): Promise<SignalClient>;
}

/** How long looking up the share is retried after network failures, milliseconds: somebody is waiting for the page. */
const PATIENCE_MS = 5000;

/**
 * Looks up a link's share at its relay, whether its daemon is online or not.
 * @throws {SignalError} `not-found` (a wrong link looks the same), `busy` (with `retryAfterMs`), `unreachable`; the signal's reason when it aborts
 */
export async function lookUpShare({ link, fetch, signal, onTrouble }: Omit<JoinOptions, "sessionId" | "memory">): Promise<ShareAnswer> {
  signal?.throwIfAborted();
  const key = await deriveJoinToken(link.secret, link.shareId);
  const lookUp = async (): Promise<ShareAnswer> => {
    const request = { fetch, url: shareUrl(link), method: "GET", key } as const;
    const answer = parseAs(shareAnswer, await hedgeRequest(signal, (own) => requestJson({ ...request, signal: own })));
    if (answer === undefined) throw new SignalError("bad-answer", "the relay's response does not describe a share");
    return answer;
  };
  return retry(lookUp, {
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
 * Looks up a link's share, to open a session of it (L-2, L-3).
 * @throws {SignalError} `not-found` (a wrong link looks the same), `offline`, `busy` (with `retryAfterMs`), `unreachable`; the signal's reason when it aborts
 */
export async function joinShare(options: JoinOptions): Promise<JoinedShare> {
  const { link, fetch, memory, onTrouble, sessionId = createRandomId() } = options;
  const share = await lookUpShare(options);
  const key = await deriveJoinToken(link.secret, link.shareId);
  const url = shareUrl(link);
  if (!share.online) throw new SignalError("offline", "the share's daemon is offline");

  let opened = false;
  return {
    sessionId,
    epoch: share.epoch,
    iceServers: share.iceServers,
    async open(sealedOffer, { signal: openSignal } = {}) {
      if (opened) throw new Error("a joined share can be opened once: join again");
      opened = true;
      const body = { from: "browser", type: "offer", payload: sealedOffer };
      const sessionUrl = `${url}/sessions/${encodeURIComponent(sessionId)}`;
      const json = await requestJson({ fetch, url: sessionUrl, method: "POST", key, body, signal: openSignal });
      const answer = parseAs(sessionAnswer, json);
      if (answer === undefined) throw new SignalError("bad-answer", "the relay's response does not describe a session");
      const polls = canPoll(answer);
      return createSignalClient({ base: link.relay, sessionId, key: answer.token, side: "browser", polls, memory, fetch, onTrouble });
    },
  };
}

import {
  connectDaemon,
  createIdentity,
  createRandomId,
  createSecret,
  createShareNonce,
  computeShareId,
  deriveJoinToken,
  deriveSessionKeys,
  formatLink,
  type Identity,
  type IncomingSession,
  joinHash,
  openPayload,
  parseOffer,
  sealAnswer,
  sealSignalClient,
  type ShareLink,
} from "@rangecast/signal";
import { onTestFinished } from "vitest";
import { fakeSdp } from "@rangecast/testkit/fakes/fake-sdp";

const RELAY = "http://relay.test";

export interface HostScript {
  /** Signs answers with another key, as an attacker with the link and the relay could. */
  readonly impostor?: boolean;
  /** Answers another offer than the one that was posted. */
  readonly otherOffer?: boolean;
  /** @default one fingerprint */
  readonly answerSdp?: string;
  /** Accepts no session. */
  readonly silent?: boolean;
  /** Refuses every session with a `bye` of this payload (L-10). */
  readonly refusal?: string;
}

export interface HostBench {
  readonly link: ShareLink;
  readonly linkText: string;
  /** Calls the relay in this process. */
  readonly fetch: typeof fetch;
  /** The requests made through {@link fetch}. */
  readonly requests: { readonly method: string; readonly path: string; readonly body: string }[];
  /** Viewer ids of the offers that could be decrypted. */
  readonly viewers: (string | undefined)[];
  /** The browser's messages that could be decrypted, except offers. */
  readonly heard: { type: string; payload: string }[];
  /** The host leaves the relay. */
  readonly leave: () => void;
}

/** A relay in this process. */
export interface RelayUnderTest {
  fetch(request: Request): Promise<Response>;
  close(): Promise<void>;
}

/** A share at a real relay whose host answers sessions according to its script. It uses no network. */
export async function createHostBench(relay: RelayUnderTest, script: HostScript = {}): Promise<HostBench> {
  const requests: { method: string; path: string; body: string }[] = [];
  let closed = false;
  const relayFetch: typeof fetch = async (input, init) => relay.fetch(new Request(input, init));
  const recordingFetch: typeof fetch = async (input, init) => {
    // A session that ended with its test may still post its bye: it must not retry that, which takes seconds.
    if (closed) return Response.json({ error: "not-found" }, { status: 404 });
    const request = new Request(input, init);
    requests.push({ method: request.method, path: new URL(request.url).pathname, body: await request.clone().text() });
    return relay.fetch(request);
  };
  const identity = await createIdentity();
  const epoch = createRandomId();
  const shareNonce = createShareNonce();
  const shareId = await computeShareId(identity.publicKey, shareNonce);
  const secret = createSecret();
  const link: ShareLink = { page: RELAY, relay: RELAY, shareId, secret };
  const daemon = connectDaemon({ relay: RELAY, identity, epoch, fetch: relayFetch });
  await daemon.register({ shareNonce, joinHash: await joinHash(await deriveJoinToken(secret, shareId)) });
  const stop = new AbortController();
  const bench: HostBench = {
    link,
    linkText: formatLink(link),
    fetch: recordingFetch,
    requests,
    viewers: [],
    heard: [],
    leave: () => daemon.close(),
  };
  const serving = serve(bench, {
    script,
    identity,
    shareNonce,
    epoch,
    sessions: daemon.sessions({ signal: stop.signal }),
    signal: stop.signal,
  });
  onTestFinished(async () => {
    stop.abort();
    daemon.close();
    await serving;
    closed = true;
    await relay.close();
  });
  return bench;
}

interface Serving {
  readonly script: HostScript;
  readonly identity: Identity;
  readonly shareNonce: Uint8Array<ArrayBuffer>;
  readonly epoch: string;
  readonly sessions: AsyncIterable<IncomingSession>;
  readonly signal: AbortSignal;
}

async function serve(bench: HostBench, serving: Serving): Promise<void> {
  const answering: Promise<void>[] = [];
  for await (const session of serving.sessions) if (!serving.script.silent) answering.push(answer(bench, serving, session));
  await Promise.all(answering);
}

async function answer(bench: HostBench, { script, identity, shareNonce, epoch, signal }: Serving, session: IncomingSession): Promise<void> {
  const { secret, shareId } = bench.link;
  const { sessionId, offerPayload } = session;
  const keys = await deriveSessionKeys({ secret, shareId, sessionId, epoch, side: "agent" });
  const { payload: offerText } = await openPayload(keys, { from: "browser", type: "offer", payload: offerPayload });
  bench.viewers.push(parseOffer(offerText).viewer);
  const signals = sealSignalClient(session.signals, keys);
  if (script.refusal !== undefined) return signals.post({ type: "bye", payload: script.refusal }, { signal });
  const payload = await sealAnswer({
    identity: script.impostor ? await createIdentity() : identity,
    shareNonce,
    shareId,
    sessionId,
    offerText: script.otherOffer ? offerText.replace("offer", "other") : offerText,
    answer: { type: "answer", sdp: script.answerSdp ?? fakeSdp("answer") },
  });
  await signals.post({ type: "answer", payload }, { signal });
  for await (const { type, payload: heard } of signals.messages({ signal }))
    if (type !== "offer") bench.heard.push({ type, payload: heard });
}

import {
  createIdentity,
  createRandomId,
  createSecret,
  createShareNonce,
  computeShareId,
  deriveJoinToken,
  type Identity,
  joinHash,
  signRegistration,
} from "@rangecast/signal";
import type { RequestContext } from "../http/http.ts";
import { createRelay, type Relay } from "../relay.ts";
import type { RelayOptions } from "../relay-options.ts";
import { FakeClock } from "./fake-clock.ts";
import { SseReader } from "./sse-reader.ts";

export const ORIGIN = "http://relay.test";
/** An address for documentation (RFC 5737). */
export const ADDRESS = "192.0.2.1";

export interface Call {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly context?: RequestContext;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** One share, as its daemon and its viewers know it. */
export interface TestShare {
  readonly identity: Identity;
  readonly epoch: string;
  readonly shareNonce: Uint8Array<ArrayBuffer>;
  readonly shareId: string;
  readonly joinToken: string;
}

/** A relay without sockets, with a fake clock. */
export class RelayFixture {
  readonly clock: FakeClock;
  readonly relay: Relay;
  readonly troubles: unknown[] = [];

  constructor(options: RelayOptions = {}, clock: FakeClock = new FakeClock()) {
    this.clock = clock;
    this.relay = createRelay({ clock, onTrouble: (error) => this.troubles.push(error), ...options });
  }

  request(method: string, path: string, { token, body, headers = {}, context }: Call = {}): Promise<Response> {
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const request = new Request(new URL(path, ORIGIN), {
      method,
      headers: { ...authorization, ...headers },
      ...(text === undefined ? {} : { body: text }),
    });
    return this.relay.fetch(request, { address: ADDRESS, ...context });
  }

  async call(method: string, path: string, call: Call = {}): Promise<Answer> {
    const response = await this.request(method, path, call);
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  /** Opens an event stream. Throws with the status if the relay refuses. */
  async read(path: string, token: string, lastEventId?: string, context?: RequestContext): Promise<SseReader> {
    const response = await this.request("GET", path, {
      token,
      headers: { accept: "text/event-stream", ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }) },
      ...(context === undefined ? {} : { context }),
    });
    if (response.status !== 200) {
      throw new Error(`the relay answered ${response.status}: ${await response.text()}`);
    }
    return new SseReader(response.body);
  }

  async createShare(of: Partial<TestShare> = {}): Promise<TestShare> {
    const identity = of.identity ?? (await createIdentity());
    const shareNonce = of.shareNonce ?? createShareNonce();
    const shareId = await computeShareId(identity.publicKey, shareNonce);
    const joinToken = of.joinToken ?? (await deriveJoinToken(createSecret(), shareId));
    return { identity, shareNonce, shareId, joinToken, epoch: of.epoch ?? createRandomId() };
  }

  /** The body of a share's registration. */
  async registration(share: TestShare, fields: { origin?: string; time?: number } = {}): Promise<Record<string, unknown>> {
    const registration = await signRegistration({
      identity: share.identity,
      shareNonce: share.shareNonce,
      epoch: share.epoch,
      joinHash: await joinHash(share.joinToken),
      origin: fields.origin ?? ORIGIN,
      time: fields.time ?? this.clock.now(),
    });
    return { ...registration };
  }

  /** Registers a share. @returns the daemon's token */
  async register(share: TestShare, context?: RequestContext): Promise<string> {
    const body = await this.registration(share);
    const answer = await this.call("POST", "/api/v1/shares", { body, ...(context === undefined ? {} : { context }) });
    return tokenOf(answer);
  }

  openSession(share: TestShare, sessionId: string, call: Call = {}): Promise<Answer> {
    return this.call("POST", `/api/v1/shares/${share.shareId}/sessions/${sessionId}`, {
      token: share.joinToken,
      body: { from: "browser", type: "offer", payload: "sealed offer" },
      ...call,
    });
  }

  postSignal(sessionId: string, token: string, message: { from: string; type: string; payload: string }): Promise<Answer> {
    return this.call("POST", signalPath(sessionId), { token, body: message });
  }

  readSession(sessionId: string, token: string, lastEventId?: string): Promise<SseReader> {
    return this.read(`${signalPath(sessionId)}/events`, token, lastEventId);
  }

  readDaemon(token: string, lastEventId?: string): Promise<SseReader> {
    return this.read("/api/v1/daemon/events", token, lastEventId);
  }

  /** A share whose daemon reads its stream, and a session with the tokens of both sides. */
  async startSession(): Promise<StartedSession> {
    const share = await this.createShare();
    const daemonToken = await this.register(share);
    const daemon = await this.readDaemon(daemonToken);
    const sessionId = createRandomId();
    const browserToken = tokenOf(await this.openSession(share, sessionId));
    const opened = (await daemon.events()).find(({ event }) => event === "session");
    const { token: agentToken } = JSON.parse(opened?.data ?? "{}") as { token: string };
    return { share, daemon, daemonToken, sessionId, browserToken, agentToken };
  }
}

export interface StartedSession {
  readonly share: TestShare;
  readonly daemon: SseReader;
  readonly daemonToken: string;
  readonly sessionId: string;
  readonly browserToken: string;
  readonly agentToken: string;
}

export function signalPath(sessionId: string): string {
  return `/api/internal/stream/signal/${sessionId}`;
}

/** The token of a successful response. */
export function tokenOf({ status, body }: Answer): string {
  if (status !== 200 && status !== 201) {
    throw new Error(`the relay answered ${status}: ${JSON.stringify(body)}`);
  }
  return (body as { token: string }).token;
}

/** A POST whose body is a stream. */
export function streamingPost(path: string, body: ReadableStream<Uint8Array>, headers: Record<string, string> = {}): Request {
  // `duplex` is required by the fetch standard and missing in the types.
  const init = { method: "POST", body, headers, duplex: "half" };
  return new Request(new URL(path, ORIGIN), init);
}

import type { SignalSide } from "@rangecast/signal";
import type { Hono } from "hono";
import * as v from "valibot";
import { readJson } from "./body.ts";
import { json, type RelayContext, type RelayEnv } from "./http.ts";
import { keys } from "../store/keys.ts";
import { MAX_TYPE_LENGTH } from "../limits.ts";
import { RelayError } from "./relay-error.ts";
import type { RelayServices } from "../core.ts";
import type { StreamSource } from "../events/event-stream.ts";
import type { PostedSignal } from "../sessions/session-log.ts";
import type { SessionState } from "../sessions/session-state.ts";
import { lastEventIdOf } from "../events/sse-format.ts";
import { pollMsOf, streamResponse } from "../events/stream-response.ts";
import { callerId, PlainSides } from "../sessions/plain-sides.ts";
import { bearerOf } from "../shares/tokens.ts";

/** Accepts unknown types: readers skip them (S-1), and newer peers can use an older relay. */
const postedSignal = v.object({
  from: v.picklist(["browser", "agent"]),
  type: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]*$/), v.maxLength(MAX_TYPE_LENGTH)),
  /** Some peers leave out an empty one. */
  payload: v.optional(v.string(), ""),
});

interface PostedBody extends PostedSignal {
  readonly from: SignalSide;
}

const PATH = "/api/internal/stream/signal/:sessionId";

/** What a key or token gives access to: plain mode, or one side of one share's session. */
type Access =
  | { readonly mode: "plain"; readonly caller: string }
  | { readonly mode: "share"; readonly side: SignalSide; readonly state: SessionState };

/** The base protocol's two calls (S-1), with an API key or a session token. */
export function addSignalRoutes(app: Hono<RelayEnv>, services: RelayServices): void {
  app.post(PATH, async (c) => {
    const sessionId = c.req.param("sessionId");
    const access = await accessOf(c, services, sessionId);
    const { from, ...message } = await readSignal(c, services);
    if (access.mode === "plain") {
      await services.plainSessions.post(sessionId, from, message, access.caller);
    } else if (access.side === from) {
      await services.sessions.post(sessionId, from, message);
    } else {
      throw new RelayError("forbidden", `this token is the ${access.side}'s`);
    }
    return json({ ok: true });
  });

  app.get(`${PATH}/events`, async (c) => {
    const sessionId = c.req.param("sessionId");
    const access = await accessOf(c, services, sessionId);
    return access.mode === "plain" ? plainStream(c, services, sessionId, access.caller) : sideStream(c, services, sessionId, access);
  });
}

/** @throws {RelayError} `bad-request` and those of reading a body */
export async function readSignal(c: RelayContext, { core }: RelayServices): Promise<PostedBody> {
  const parsed = v.safeParse(postedSignal, await readJson(c.req.raw, core));
  if (!parsed.success) {
    throw new RelayError("bad-request", 'the body must be {"from": "browser" or "agent", "type": text, "payload": text}');
  }
  return parsed.output;
}

/** Responds alike to a wrong token and to a session that doesn't exist. @throws {RelayError} `unauthorized` */
async function accessOf(c: RelayContext, { isApiKey, sessions }: RelayServices, sessionId: string): Promise<Access> {
  const token = bearerOf(c.req.raw);
  const access = token === undefined ? undefined : await sessions.access(sessionId, token);
  if (access !== undefined) {
    return { mode: "share", ...access };
  }
  if (token !== undefined && (await isApiKey(token))) {
    const userAgent = c.req.header("user-agent") ?? "";
    return { mode: "plain", caller: await callerId({ key: token, address: c.var.address, userAgent }) };
  }
  throw new RelayError("unauthorized", "this key opens no such session");
}

/** The other side's messages. A reader with an API key does not tell its side: the relay infers it, and sends both sides' messages if it can't (S-7). */
async function plainStream(
  c: RelayContext,
  { core, streams, plainSessions }: RelayServices,
  sessionId: string,
  caller: string,
): Promise<Response> {
  const log = keys.plainLog(sessionId);
  if (await plainSessions.isEnded(sessionId)) {
    await refuseIfRead(c, core.store, log);
  }
  const reader = await new PlainSides(core, sessionId).open(caller);
  return streamResponse(c, core, streams, {
    log,
    role: "reader",
    // A newer reader can't simply replace the older one here, since both sides have the same role: the newest few stay.
    keep: core.limits.plainReaders,
    verdict: ({ tag, data }) => (isSide(tag) ? reader.verdict(tag, core.clock.now() - postedAt(data)) : "give"),
    endable: true,
    onHeartbeat: () => plainSessions.beat(sessionId),
    onOver: () => void reader.close().catch(core.onTrouble),
  });
}

async function sideStream(
  c: RelayContext,
  { core, streams, sessions }: RelayServices,
  sessionId: string,
  { side, state }: { readonly side: SignalSide; readonly state: SessionState },
): Promise<Response> {
  const log = keys.sessionLog(sessionId);
  if (state === "ended") {
    await refuseIfRead(c, core.store, log);
  }
  await sessions.beat(sessionId);
  const source: StreamSource = {
    log,
    role: side,
    keep: 1,
    verdict: ({ tag }) => (tag === side ? "skip" : "give"),
    endable: true,
    onHeartbeat: () => sessions.beat(sessionId),
  };
  return streamResponse(c, core, streams, source, pollMsOf(c, core.limits));
}

/** Refuses a reader that has read all of an ended session; otherwise it would open empty streams again and again. @throws {RelayError} `not-found` */
async function refuseIfRead(c: RelayContext, store: RelayServices["core"]["store"], log: string): Promise<void> {
  const left = await store.read(log, lastEventIdOf(c.req.raw), 1);
  if (left.length === 0) {
    throw new RelayError("not-found", "the session is over");
  }
}

function isSide(tag: string): tag is SignalSide {
  return tag === "agent" || tag === "browser";
}

/** When a message was posted, milliseconds since 1970. */
function postedAt(data: string): number {
  return (JSON.parse(data) as { readonly ts: number }).ts;
}

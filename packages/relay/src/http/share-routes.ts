import type { RegisterAnswer, SessionAnswer, ShareAnswer } from "@rangecast/signal";
import type { Hono } from "hono";
import { readJson } from "./body.ts";
import { limitRate } from "../store/caps.ts";
import { json, type RelayContext, type RelayEnv } from "./http.ts";
import { keys } from "../store/keys.ts";
import { RATE_WINDOW_MS } from "../limits.ts";
import { originsOf } from "../shares/origin.ts";
import { RelayError } from "./relay-error.ts";
import type { RelayServices } from "../core.ts";
import type { StreamSource } from "../events/event-stream.ts";
import { FEATURES } from "../features.ts";
import type { Share } from "../shares/shares.ts";
import { pollMsOf, streamResponse } from "../events/stream-response.ts";
import { readSignal } from "./signal-routes.ts";
import { bearerOf, isRandomId } from "../shares/tokens.ts";

const SHARE_PATH = "/api/v1/shares/:shareId";

/** Registering, revoking and joining shares, and the event stream of their daemon (PROTOCOL.md, section 5). */
export function addShareRoutes(app: Hono<RelayEnv>, services: RelayServices): void {
  const { core, streams, daemons, shares, sessions, origins } = services;
  app.post("/api/v1/shares", async (c) => {
    if (!services.acceptDaemons) throw new RelayError("forbidden", "this relay is one daemon's own");
    const body = await readJson(c.req.raw, core);
    const { shareId, token } = await shares.register(
      body,
      originsOf(c.req.raw, { origins, trustProxy: services.trustProxy() }),
      c.var.address,
    );
    const answer: RegisterAnswer = { shareId, token, iceServers: await core.iceServers({ side: "agent", shareId }), features: FEATURES };
    return json(answer);
  });

  app.delete(SHARE_PATH, async (c) => {
    await shares.revoke(c.req.param("shareId"), await daemonOf(c, services));
    return json({ ok: true });
  });

  app.get(SHARE_PATH, async (c) => {
    const share = await join(c, services);
    const answer: ShareAnswer = {
      online: share.online,
      epoch: share.epoch,
      iceServers: await core.iceServers({ side: "browser", shareId: share.shareId }),
    };
    return json(answer);
  });

  app.post(`${SHARE_PATH}/sessions/:sessionId`, async (c) => {
    const share = await join(c, services);
    const sessionId = c.req.param("sessionId");
    const { from, type, payload } = await readSignal(c, services);
    if (!isRandomId(sessionId) || from !== "browser" || type !== "offer") {
      throw new RelayError("bad-request", "a session is opened with the browser's offer, under an id of 16 bytes in base64url");
    }
    if (!share.online) {
      throw new RelayError("offline", "the daemon that has this share is not connected");
    }
    const token = await sessions.open({ share, sessionId, payload, address: c.var.address });
    const iceServers = await core.iceServers({ side: "browser", shareId: share.shareId });
    const answer: SessionAnswer = { token, iceServers, features: FEATURES };
    return json(answer, 201);
  });

  // For the sessions of all shares of the daemon.
  app.get("/api/v1/daemon/events", async (c) => {
    const daemonId = await daemonOf(c, services);
    if (!(await shares.keptAllOf(daemonId))) {
      throw new RelayError("unauthorized", "the relay lost a share of this daemon: register again");
    }
    const source: StreamSource = {
      log: keys.daemonLog(daemonId),
      role: "daemon",
      keep: 1,
      endable: false,
      onHeartbeat: () => daemons.beat(daemonId),
      onOver: (readerLeft) => {
        daemons.left(daemonId, readerLeft ? "away" : "open").catch(core.onTrouble);
      },
    };
    const response = await streamResponse(c, core, streams, source, pollMsOf(c, core.limits));
    // Must come after the end of an older stream, which sets the daemon's presence to its grace period.
    await daemons.arrived(daemonId, c.var.address);
    return response;
  });
}

/** The id of the daemon whose token the request has. @throws {RelayError} `unauthorized` */
async function daemonOf(c: RelayContext, { daemons }: RelayServices): Promise<string> {
  const token = bearerOf(c.req.raw);
  const daemonId = token === undefined ? undefined : await daemons.byToken(token);
  if (daemonId === undefined) {
    throw new RelayError("unauthorized", "this is not a daemon's token: register again");
  }
  return daemonId;
}

/** The share that the request's join token opens. @throws {RelayError} `not-found`; `busy` after too many attempts, successful or not */
async function join(c: RelayContext, { core, shares }: RelayServices): Promise<Share> {
  const { store, limits } = core;
  await limitRate(store, keys.addressJoins(c.var.address), limits.joinsPerAddress, RATE_WINDOW_MS, "attempts from this address");
  return shares.join(c.req.param("shareId") ?? "", bearerOf(c.req.raw));
}

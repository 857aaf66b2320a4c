import type { Hono } from "hono";
import type { RelayEnv } from "./http.ts";
import { keys } from "../store/keys.ts";
import { RelayError } from "./relay-error.ts";
import type { RelayServices } from "../core.ts";
import { daemonOf } from "./share-routes.ts";
import { streamResponse } from "../events/stream-response.ts";

/** The daemon's event stream, for the sessions of all its shares. */
export function addDaemonRoutes(app: Hono<RelayEnv>, services: RelayServices): void {
  const { core, streams, daemons, shares } = services;

  app.get("/api/v1/daemon/events", async (c) => {
    const daemonId = await daemonOf(c, services);
    if (!(await shares.keptAllOf(daemonId))) {
      throw new RelayError("unauthorized", "the relay lost a share of this daemon: register again");
    }
    const response = await streamResponse(c, core, streams, {
      log: keys.daemonLog(daemonId),
      role: "daemon",
      keep: 1,
      endable: false,
      onHeartbeat: () => daemons.beat(daemonId),
      onOver: (readerLeft) => {
        daemons.left(daemonId, readerLeft ? "away" : "open").catch(core.onTrouble);
      },
    });
    // Must come after the end of an older stream, which sets the daemon's presence to its grace period.
    await daemons.arrived(daemonId, c.var.address);
    return response;
  });
}

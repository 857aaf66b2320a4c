import type { Hono } from "hono";
import type { RelayEnv } from "./http.ts";
import { keys } from "../store/keys.ts";
import { RelayError } from "./relay-error.ts";
import type { RelayServices } from "../relay-services.ts";
import { daemonOf } from "./share-routes.ts";
import { streamResponse } from "../events/stream-response.ts";

/** The daemon's one event stream, of all its shares' sessions. */
export function addDaemonRoutes(app: Hono<RelayEnv>, parts: RelayServices): void {
  const { core, streams, daemons, shares } = parts;

  app.get("/api/v1/daemon/events", async (c) => {
    const daemonId = await daemonOf(c, parts);
    if (!(await shares.keptAllOf(daemonId))) {
      throw new RelayError("unauthorized", "a share of this daemon was lost here: register again");
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
    // After the older stream's end, which leaves the daemon no more than its grace.
    await daemons.arrived(daemonId, c.var.address);
    return response;
  });
}

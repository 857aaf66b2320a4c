import { FEATURES_HEADER } from "@rangecast/signal";
import { Hono } from "hono";
import { cors } from "hono/cors";
import { clientBucket } from "./address.ts";
import { json, refusal, type RelayEnv } from "./http.ts";
import { addProbeRoutes } from "./probe-routes.ts";
import { RelayError } from "./relay-error.ts";
import type { RelayServices } from "../core.ts";
import { addShareRoutes } from "./share-routes.ts";
import { addSignalRoutes } from "./signal-routes.ts";

/** How long a browser may cache a preflight's response, seconds: Chromium's maximum. */
const PREFLIGHT_MAX_AGE_S = 7200;

/** The relay's HTTP interface: CORS, routes and error responses. */
export function createRouter(services: RelayServices): Hono<RelayEnv> {
  const app = new Hono<RelayEnv>();
  // The page may be on another origin. `*` is safe: a request is authorized by its bearer token alone, and there are no cookies.
  app.use(
    "/api/*",
    cors({
      origin: "*",
      allowMethods: ["GET", "POST", "DELETE"],
      allowHeaders: ["Authorization", "Content-Type", "Last-Event-ID", "Cache-Control"],
      exposeHeaders: ["Retry-After", FEATURES_HEADER],
      maxAge: PREFLIGHT_MAX_AGE_S,
    }),
  );
  app.use("/api/*", async (c, next) => {
    const forwardedFor = c.req.raw.headers.get("x-forwarded-for");
    c.set("address", clientBucket({ socket: c.env.address, forwardedFor, trustProxy: services.trustProxy() }));
    await next();
  });
  app.get("/healthz", () => json({ ok: true }));
  addSignalRoutes(app, services);
  addShareRoutes(app, services);
  addProbeRoutes(app, services);
  app.notFound(() => refusal(new RelayError("not-found", "there is nothing here")));
  app.onError((error) => {
    if (error instanceof RelayError) {
      return refusal(error);
    }
    services.core.onTrouble(error);
    return refusal(new RelayError("internal", "the relay failed"));
  });
  return app;
}

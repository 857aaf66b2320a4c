import { FEATURES_HEADER } from "@rangecast/signal";
import type { Hono } from "hono";
import { limitRate } from "../store/caps.ts";
import type { RelayEnv } from "./http.ts";
import { keys } from "../store/keys.ts";
import { RATE_WINDOW_MS } from "../limits.ts";
import { FEATURES } from "../features.ts";
import { createProbeStream } from "../events/probe-stream.ts";
import type { RelayServices } from "../core.ts";
import { beginResponse, eventStreamHeaders } from "../events/stream-response.ts";
import { openBody } from "../events/stream-sink.ts";

/** The probe: an event stream without content, open to everyone within the caps of an address (P-1). `rangecast doctor` reads it. */
export function addProbeRoutes(app: Hono<RelayEnv>, { core, streams }: RelayServices): void {
  app.get("/api/v1/probe/events", async (c) => {
    const { address } = c.var;
    await limitRate(core.store, keys.addressProbes(address), core.limits.joinsPerAddress, RATE_WINDOW_MS, "probes from this address");
    const stream = streams.add(address, (onClose) => createProbeStream(core.clock, onClose));
    const headers = eventStreamHeaders(c);
    headers.set(FEATURES_HEADER, FEATURES.join(", "));
    return beginResponse(stream, headers, c.env.openSink ?? openBody);
  });
}

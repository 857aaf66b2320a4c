import type { ReadyEvent, ShareEvent, ShareReporter } from "./share-event.ts";

/** What the end of our own relay and tunnel causes; dropped while stopping. */
const OWN_END: ReadonlySet<ShareEvent["event"]> = new Set(["relay-offline", "relay-online", "tunnel-offline", "tunnel-online"]);

/** Keeps the documented order: `ready` first, `stopped` last. Drops events of relay and tunnel while stopping, because the built-in relay stops as well. */
export function createOrderedReporter(report: ShareReporter): ShareReporter {
  let phase: "early" | "ready" | "stopping" | "stopped" = "early";
  const early: ShareEvent[] = [];
  const start = (event: ReadyEvent): void => {
    phase = "ready";
    report(event);
    for (const before of early.splice(0)) report(before);
  };
  return (event) => {
    if (phase === "stopped" || (phase === "stopping" && OWN_END.has(event.event))) return;
    if (event.event === "stopping" || event.event === "stopped") phase = event.event;
    if (event.event === "ready") start(event);
    else if (phase === "early") early.push(event);
    else report(event);
  };
}

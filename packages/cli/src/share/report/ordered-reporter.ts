import type { ReadyEvent, ShareEvent, ShareReporter } from "./share-event.ts";

/** Keeps the documented order: `ready` first, `stopped` last. Drops relay events while stopping, because the built-in relay stops as well. */
export function createOrderedReporter(report: ShareReporter): ShareReporter {
  let phase: "early" | "ready" | "stopping" | "stopped" = "early";
  const early: ShareEvent[] = [];
  const start = (event: ReadyEvent): void => {
    phase = "ready";
    report(event);
    for (const before of early.splice(0)) report(before);
  };
  return (event) => {
    if (phase === "stopped" || (phase === "stopping" && (event.event === "relay-offline" || event.event === "relay-online"))) return;
    if (event.event === "stopping" || event.event === "stopped") phase = event.event;
    if (event.event === "ready") start(event);
    else if (phase === "early") early.push(event);
    else report(event);
  };
}

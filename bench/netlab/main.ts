/* The emulator as a separate process: one link, controlled over the IPC channel of `child_process.fork`. */
import { execFile } from "node:child_process";
import { setPriority } from "node:os";

import { createLink } from "./link.ts";
import type { Link } from "./link.ts";
import type { Reply, Request } from "./messages.ts";

/** The link must not wait for the peers that it connects. A nice value below 0 needs a privilege, so this may fail. */
const NICE = -10;
/**
 * The lowest real-time priority of SCHED_FIFO (sched(7)): before all ordinary processes. With a nice value alone, on a busy machine the link
 * waits for milliseconds at a time, and then carries bursts that overflow a small queue.
 */
const REAL_TIME_PRIORITY = 1;

let link: Link | undefined;

async function call(request: Request): Promise<unknown> {
  if (request.name === "create") {
    link = createLink(fromWire(request.argument));
    return undefined;
  }
  if (link === undefined) throw new Error("no link was created");
  switch (request.name) {
    case "rewrite":
      return link.rewrite(request.argument);
    case "rewriteSdp":
      return link.rewriteSdp(request.argument);
    case "set":
      return link.set(fromWire(request.argument));
    case "outage":
      return link.outage(request.argument);
    case "counters":
      return link.counters();
    case "startQueueWatch":
      return link.startQueueWatch();
    case "readQueueWatch":
      return link.readQueueWatch();
    case "close":
      return link.close();
  }
}

/** JSON has no Infinity: it arrives as null. */
function fromWire<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_key, field: unknown) => field ?? Infinity) as T;
}

process.on("message", (request: Request) => {
  void call(request)
    .then((result): Reply => ({ id: request.id, result }))
    .catch((error: unknown): Reply => ({ id: request.id, error: String(error) }))
    .then((reply) => process.send?.(reply));
});
process.on("disconnect", () => process.exit());

try {
  setPriority(NICE);
} catch {
  // Without the privilege the link runs at the priority of its peers.
}
// Of util-linux. Without it, or without the privilege, the nice value remains.
execFile("chrt", ["--all-tasks", "--fifo", "--pid", String(REAL_TIME_PRIORITY), String(process.pid)], () => {});

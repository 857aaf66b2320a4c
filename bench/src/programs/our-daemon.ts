/*
 * Our daemon in a minimal program. Arguments: BASE KEY FILE SESSION…; one viewer in each session, in this order. RANGECAST_TRANSPORT chooses the transport. Prints a
 * JSON line once it runs; exits when all its sessions or stdin have ended, or on SIGINT.
 */
import { setMaxListeners } from "node:events";

import { runStream, type SessionEnd } from "@rangecast/daemon";
import { createPeerConnection } from "@rangecast/rtc-node";
import { createSignalClient } from "@rangecast/signal";

const LOOPBACK = "127.0.0.1";
/** How many sessions wait for their viewer at a time: one that has none after 30 s ends. */
const WAITING = 10;

const [base = "", key = "", filePath = "", ...sessionIds] = process.argv.slice(2);
const stop = new AbortController();
setMaxListeners(0, stop.signal);
process.once("SIGINT", () => stop.abort());
process.stdin.once("end", () => stop.abort()).resume();

const ends: Promise<SessionEnd>[] = [];

/** Resolves once the session has its viewer, or has ended. */
function serve(sessionId: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const end = runStream({
      sessionId,
      filePath,
      signals: createSignalClient({ base, sessionId, key, side: "agent" }),
      createPeerConnection: (config) => createPeerConnection({ ...config, bindAddress: LOOPBACK }),
      signal: stop.signal,
      onEvent: ({ type }) => type === "connected" && resolve(undefined),
    });
    ends.push(end);
    end.then(resolve, reject);
  });
}

const waiting = sessionIds.values();
async function serveInTurn(): Promise<void> {
  for (const sessionId of waiting) await serve(sessionId);
}

const serving = Promise.all(Array.from({ length: WAITING }, serveInTurn));
console.log(JSON.stringify({ event: "start" }));
await serving;
for (const { reason } of await Promise.all(ends)) console.log(JSON.stringify({ event: "end", reason }));
process.exit(0);

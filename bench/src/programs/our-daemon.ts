/*
 * Our daemon in a minimal program. Arguments: BASE KEY FILE SESSION…; one viewer in each session. RANGECAST_TRANSPORT chooses the transport. Prints a JSON line
 * once it runs; exits when all its sessions or stdin have ended, or on SIGINT.
 */
import { setMaxListeners } from "node:events";

import { runStream } from "@rangecast/daemon";
import { createPeerConnection } from "@rangecast/rtc-node";
import { createSignalClient } from "@rangecast/signal";

const LOOPBACK = "127.0.0.1";

const [base = "", key = "", filePath = "", ...sessionIds] = process.argv.slice(2);
const stop = new AbortController();
setMaxListeners(0, stop.signal);
process.once("SIGINT", () => stop.abort());
process.stdin.once("end", () => stop.abort()).resume();

const running = sessionIds.map((sessionId) =>
  runStream({
    sessionId,
    filePath,
    signals: createSignalClient({ base, sessionId, key, side: "agent" }),
    createPeerConnection: (config) => createPeerConnection({ ...config, bindAddress: LOOPBACK }),
    signal: stop.signal,
  }),
);
console.log(JSON.stringify({ event: "start" }));
for (const { reason } of await Promise.all(running)) console.log(JSON.stringify({ event: "end", reason }));
process.exit(0);

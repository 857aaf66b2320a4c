/* Our daemon in a minimal program. Arguments: BASE SESSION KEY FILE. Prints a JSON line once it runs; exits at the end of its session or of stdin, or on SIGINT. */
import { runStream } from "@rangecast/daemon";
import { createPeerConnection } from "@rangecast/rtc-node";
import { createSignalClient } from "@rangecast/signal";

const LOOPBACK = "127.0.0.1";

const [base = "", sessionId = "", key = "", filePath = ""] = process.argv.slice(2);
const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
process.stdin.once("end", () => stop.abort()).resume();

const running = runStream({
  sessionId,
  filePath,
  signals: createSignalClient({ base, sessionId, key, side: "agent" }),
  createPeerConnection: (config) => createPeerConnection({ ...config, bindAddress: LOOPBACK }),
  signal: stop.signal,
});
console.log(JSON.stringify({ event: "start" }));
const { reason } = await running;
console.log(JSON.stringify({ event: "end", reason }));
process.exit(0);

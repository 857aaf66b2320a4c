// A Node client in its own process, so that its memory can be measured: node fetch.mjs LINK [START END]
// Prints JSON lines: {"event":"open","size"}, {"event":"memory","bytes","rss","held"} about every 64 MiB, {"event":"done","bytes","sha256","seconds"}.
import { createHash } from "node:crypto";
import { connect } from "@rangecast/client";
import { createPeerConnection } from "@rangecast/rtc-node";

const REPORT_BYTES = 64 * 1024 * 1024;
const [link = "", start = "0", end = ""] = process.argv.slice(2);
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const remote = await connect(link, { createPeerConnection });
say({ event: "open", size: remote.size, name: remote.name, mediaType: remote.mediaType });
const hash = createHash("sha256");
const startedMs = performance.now();
let bytes = 0;
let nextReport = REPORT_BYTES;
for await (const chunk of remote.stream({ start: Number(start), end: end === "" ? remote.size : Number(end) })) {
  hash.update(chunk);
  bytes += chunk.byteLength;
  if (bytes >= nextReport) {
    nextReport += REPORT_BYTES;
    globalThis.gc?.(); // With --expose-gc.
    const { rss, heapUsed, external } = process.memoryUsage();
    say({ event: "memory", bytes, rss, held: heapUsed + external });
  }
}
say({ event: "done", bytes, sha256: hash.digest("hex"), seconds: (performance.now() - startedMs) / 1000 });
await remote.close();

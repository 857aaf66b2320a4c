/*
 * Viewers of one daemon, in one process: our client over the transport that RANGECAST_TRANSPORT chooses. Arguments: BASE KEY WARM_UP_MS MEASURE_MS SESSION….
 * All connect, and read the file from its start. Prints JSON lines: `start`; `connected`; `measuring`, once the first time is over; `result` with the bytes
 * of each viewer in the second. Ends then, with stdin, or on SIGINT.
 */
import { connectPlain, type RemoteFile } from "@rangecast/client";
import { createPeerConnection } from "@rangecast/rtc-node";

const LOOPBACK = "127.0.0.1";
/** How many connect at a time: a handshake costs both sides some milliseconds of CPU. */
const TOGETHER = 5;

const [base = "", key = "", warmUpMs, measureMs, ...sessionIds] = process.argv.slice(2);
const print = (event: string, fields: object = {}): void => console.log(JSON.stringify({ event, ...fields }));
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
process.stdin.once("end", () => process.exit(0)).resume();
process.once("SIGINT", () => process.exit(0));

function connect(sessionId: string): Promise<RemoteFile> {
  const options = { base, sessionId, key };
  return connectPlain({ ...options, createPeerConnection: (config) => createPeerConnection({ ...config, bindAddress: LOOPBACK }) });
}

/** Bytes that each viewer has read. */
const bytes = sessionIds.map(() => 0);

/** Rejects if the connection ends. */
async function read(file: RemoteFile, index: number): Promise<void> {
  for await (const chunk of file.stream()) bytes[index]! += chunk.byteLength;
  throw new Error("the file ended");
}

print("start");
const files: RemoteFile[] = [];
for (let first = 0; first < sessionIds.length; first += TOGETHER) {
  files.push(...(await Promise.all(sessionIds.slice(first, first + TOGETHER).map(connect))));
}
print("connected");
const failed = Promise.race(files.map(read));
await Promise.race([sleep(Number(warmUpMs)), failed]);
print("measuring");
const before = [...bytes];
const startMs = performance.now();
await Promise.race([sleep(Number(measureMs)), failed]);
const ms = performance.now() - startMs;
print("result", { ms, bytes: bytes.map((count, index) => count - (before[index] ?? 0)) });
failed.catch(() => undefined);
await Promise.all(files.map((file) => file.close()));
process.exit(0);

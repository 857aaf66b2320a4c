/*
 * A viewer in its own process: node soak-viewer.js LINK watch|seek|stall|leave SEED
 * Prints {"event":"reading"} when bytes arrive, and exits by itself; to make it vanish, kill it at that point.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { connect, type RemoteFile } from "@rangecast/client";
import { createPeerConnection } from "@rangecast/rtc-node";

const READ_BYTES = 3_000_000;
const SEEKS = 12;
const STALL_MS = 4000;

const [link = "", behaviour = "watch", seed = "1"] = process.argv.slice(2);
/** Offsets in the file, the same for the same seed (Park and Miller). */
let state = Number(seed) % 2_147_483_647 || 1;
const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
const say = (event: string): boolean => process.stdout.write(`${JSON.stringify({ event })}\n`);

async function read(file: RemoteFile, bytes: number): Promise<void> {
  const start = Math.floor(random() * Math.max(1, file.size - bytes));
  let left = bytes;
  // Leaving the loop cancels the stream.
  for await (const chunk of file.stream({ start })) {
    left -= chunk.byteLength;
    if (left <= 0) return;
  }
}

async function stall(file: RemoteFile): Promise<void> {
  const reader = file.stream().getReader();
  await reader.read();
  await sleep(STALL_MS);
  await reader.read();
  await reader.cancel();
}

const file = await connect(link, { createPeerConnection });
await read(file, 1);
say("reading");
if (behaviour === "watch") await read(file, READ_BYTES);
if (behaviour === "seek") for (let seek = 0; seek < SEEKS; seek++) await read(file, READ_BYTES / SEEKS);
if (behaviour === "stall") await stall(file);
await file.close();
say("left");

/*
 * Shares folders through a link of 100 Mbit/s and 50 ms. Arguments: RELAY FOLDER… Prints a JSON line with the links once all are
 * shared; ends with its standard input.
 */
import { createDaemon, createEphemeralStore } from "@rangecast/daemon";
import { createPeerConnection } from "@rangecast/rtc-node";

import { forkLink, wanLink } from "../../netlab/index.ts";
import { linkedConnections } from "../rig/linked-connections.ts";

const LOOPBACK = "127.0.0.1";

const [relay = "", ...folders] = process.argv.slice(2);
const link = await forkLink(wanLink());
const daemon = createDaemon({
  relay,
  store: await createEphemeralStore(),
  createPeerConnection: linkedConnections((config) => createPeerConnection({ ...config, bindAddress: LOOPBACK }), link),
});
const links: string[] = [];
for (const folder of folders) links.push((await daemon.addShare({ path: folder })).link);
console.log(JSON.stringify({ event: "start", links }));

async function end(): Promise<void> {
  await daemon.close();
  await link.close();
  process.exit(0);
}
process.stdin.once("end", () => void end()).resume();
process.once("SIGINT", () => void end());

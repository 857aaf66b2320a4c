/* Sends a file over HTTP on loopback, with a plain Node server: the cost of the same bytes without WebRTC. */
import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";

const [file = ""] = process.argv.slice(2);
const server = createServer((_request, response) => {
  response.writeHead(200, { "Content-Type": "application/octet-stream", "Access-Control-Allow-Origin": "*" });
  // The reader may close the connection early.
  pipeline(createReadStream(file), response).catch(() => undefined);
});
server.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ event: "start", url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }));
});
process.stdin.once("end", () => process.exit(0)).resume();
process.once("SIGINT", () => process.exit(0));

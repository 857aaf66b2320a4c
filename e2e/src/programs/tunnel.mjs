// A stand-in for a tunnel's program: forwards connections to a port of this computer, and prints its own address.
//   node tunnel.mjs --to PORT [--at PORT] [--plain] [--print HOW] [--pid FILE]
// --at: the port of its address (default: any free one); --plain: http instead of https; --pid: where it writes its process id.
// HOW: now (default); late, after three seconds; twice, after an address that leads elsewhere; elsewhere, only that one; never; or exit, before any address.
import { readFileSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { parseArgs } from "node:util";

const LATE_MS = 3000;
const EXIT_CODE = 3;
const testData = (name) => readFileSync(new URL(`../../../packages/cli/test-data/${name}`, import.meta.url));
const options = { to: { type: "string" }, at: { type: "string", default: "0" }, plain: { type: "boolean", default: false } };
const { values } = parseArgs({ options: { ...options, print: { type: "string", default: "now" }, pid: { type: "string" } } });

if (values.pid !== undefined) writeFileSync(values.pid, String(process.pid));
console.error("Thank you for trying this tunnel. Read https://docs.tunnel.example/terms before you use it.");
if (values.print === "exit") {
  console.error("ERR the account is unknown");
  process.exit(EXIT_CODE);
}

/** Starts to listen. @returns the address */
function listen(port, onConnection) {
  const server = values.plain
    ? createServer(onConnection)
    : createTlsServer({ cert: testData("cert.pem"), key: testData("key.pem") }, onConnection);
  server.on("tlsClientError", () => {});
  return new Promise((resolve) => {
    server.listen(port, () => resolve(`${values.plain ? "http" : "https"}://localhost:${server.address().port}`));
  });
}

function forward(socket) {
  const onward = connect(Number(values.to), "127.0.0.1");
  for (const [one, other] of [
    [socket, onward],
    [onward, socket],
  ]) {
    one.on("error", () => other.destroy());
    one.on("close", () => other.destroy());
    one.pipe(other);
  }
}

const say = (address) => console.log(`Ready: ${address}`);
const elsewhere = () => listen(0, (socket) => socket.end("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
const address = await listen(Number(values.at), forward);
if (values.print === "late") setTimeout(say, LATE_MS, address);
if (values.print === "twice" || values.print === "elsewhere") say(await elsewhere());
if (values.print === "twice" || values.print === "now") say(address);

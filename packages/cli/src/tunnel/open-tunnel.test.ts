import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createDeferred } from "@rangecast/base";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHECK_PATH } from "./check-route.ts";
import { openTunnel, type OpenTunnelOptions } from "./open-tunnel.ts";
import type { TunnelProgram } from "./tunnel-options.ts";

const NONCE = "the-nonce";
const RUN_ON = "setInterval(() => {}, 1000);";
const { signal } = new AbortController();

/** A request that is never answered: its connection shows whether the client lives. */
const firstHeld = createDeferred<IncomingMessage>();
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url?.startsWith("/held/") === true) firstHeld.resolve(request);
    else response.end(request.url === CHECK_PATH ? `${NONCE} -` : "");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const node = (script: string): TunnelProgram => ({ program: process.execPath, args: ["-e", script] });
const options = (program: TunnelProgram | undefined, more: Partial<OpenTunnelOptions> = {}): OpenTunnelOptions => ({
  program,
  url: undefined,
  port: 4321,
  nonce: NONCE,
  signal,
  ...more,
});
describe("openTunnel", () => {
  it("is open once the address of a tunnel that somebody else runs leads here", async () => {
    const tunnel = await openTunnel(options(undefined, { url }));
    expect(tunnel).toMatchObject({ address: url, forwards: false });
    await tunnel.close();
  });

  it("runs the program with the port, and ends it with what it started", async () => {
    const script = `
      const { spawn } = require("child_process");
      const child = "require('http').get('${url}/held/" + process.argv[1] + "')";
      spawn(process.execPath, ["-e", child], { stdio: "inherit" });
      ${RUN_ON}`;
    const opening = openTunnel(options({ program: process.execPath, args: ["-e", script, "{port}"] }, { url }));
    const held = await firstHeld.promise;
    const childGone = once(held.socket, "close");
    const tunnel = await opening;
    expect([held.url, tunnel.ended.aborted, held.socket.closed]).toEqual(["/held/4321", false, false]);
    await tunnel.close();
    await childGone;
    expect(tunnel.ended.aborted).toBe(true);
  });

  it("kills a program that does not end", async () => {
    const tunnel = await openTunnel(options(node(`process.on("SIGTERM", () => {}); ${RUN_ON}`), { url }));
    await tunnel.close();
    expect(tunnel.ended.aborted).toBe(true);
  });

  it.each([
    [
      "a program that isn't installed, with how to install it",
      { program: "no-such-tunnel", args: [], known: { install: "Get it there." } } as unknown as TunnelProgram,
      {},
      /^There is no program no-such-tunnel\. Get it there\.$/,
    ],
    [
      "one that ends, with its last lines",
      node(`console.log("hello"); console.error("a\\nb"); process.exitCode = 3`),
      {},
      /over: it ended with code 3\. Its last lines: a \/ b$/,
    ],
    ["one that prints no address", node(`console.log("on"); ${RUN_ON}`), { addressMs: 300 }, /no https address within .* --tunnel-url/],
    [
      "an address that doesn't lead here",
      node(`console.log("https://localhost:65531"); ${RUN_ON}`),
      { answerMs: 300 },
      /^https:\/\/localhost:65531 doesn't lead to this computer after .* Check the address/,
    ],
    [
      "the address of another server",
      undefined,
      { answerMs: 300, nonce: "another" },
      /doesn't lead to this computer.* Check that the tunnel runs/,
    ],
  ])("refuses %s", async (_what, program, more, message) => {
    const opening = openTunnel(options(program, program === undefined ? { url, ...more } : more));
    await expect(opening).rejects.toThrow(expect.objectContaining({ reason: "tunnel-failed", message: expect.stringMatching(message) }));
  });

  it("ends with its signal", async () => {
    const stop = new AbortController();
    const opening = openTunnel(options(node(RUN_ON), { signal: stop.signal }));
    stop.abort(new Error("enough"));
    await expect(opening).rejects.toThrow("enough");
  });
});

import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { Agent, request } from "node:https";
import { connect, type TLSSocket } from "node:tls";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { type RunningRelay, serveRelay, type ServeRelayOptions } from "./serve.ts";

const PROTOCOL = "acme-tls/1";
const [cert, key] = await Promise.all(
  ["cert", "key"].map((name) => readFile(fileURLToPath(new URL(`../../test-data/${name}.pem`, import.meta.url)), "utf8")),
);
const pair = { cert: cert ?? "", key: key ?? "" };
const other = makePair("challenge.example");

async function serve(tls: Partial<ServeRelayOptions["tls"]> = {}): Promise<RunningRelay> {
  const fallback = async (): Promise<Response> => new Response("the page");
  const relay = await serveRelay({ host: "127.0.0.1", port: 0, tls: { ...pair, ...tls }, fallback });
  onTestFinished(() => relay.close());
  return relay;
}

async function shakeHands(port: number, protocols: string[] | undefined, servername = "challenge.example"): Promise<TLSSocket> {
  const socket = connect({
    host: "127.0.0.1",
    port,
    servername,
    rejectUnauthorized: false,
    ...(protocols && { ALPNProtocols: protocols }),
  });
  onTestFinished(() => void socket.destroy());
  await once(socket, "secureConnect");
  return socket;
}

const nameOf = (socket: TLSSocket): string => String(socket.getPeerCertificate().subject?.CN);

function get(port: number, path: string, agent: Agent): Promise<{ hsts: string | undefined; text: string; name: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: "127.0.0.1", port, path, agent, rejectUnauthorized: false }, (incoming) => {
      let text = "";
      incoming.setEncoding("utf8").on("data", (part: string) => (text += part));
      const name = nameOf(incoming.socket as TLSSocket);
      incoming.on("end", () => resolve({ hsts: incoming.headers["strict-transport-security"], text, name }));
    });
    outgoing.on("error", reject).end();
  });
}

test("a challenge gets its own certificate, and other connections the relay's", async () => {
  const { port } = await serve({
    challenges: { protocol: PROTOCOL, certificate: (name) => (name === "challenge.example" ? other : undefined) },
  });
  const challenged = await shakeHands(port, [PROTOCOL]);
  expect([challenged.alpnProtocol, nameOf(challenged)]).toEqual([PROTOCOL, "challenge.example"]);
  const browser = await shakeHands(port, ["h2", "http/1.1"]);
  expect([browser.alpnProtocol, nameOf(browser)]).toEqual(["http/1.1", new X509Certificate(pair.cert).subject.replace(/^CN=/u, "")]);
  expect((await shakeHands(port, undefined)).alpnProtocol).toBe(false);
  await expect(shakeHands(port, [PROTOCOL], "unknown.example")).rejects.toThrow(/no application protocol/iu);
});

test("a new certificate is for new connections, and existing ones go on", async () => {
  const relay = await serve();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const before = await get(relay.port, "/healthz", agent);
  relay.setCertificate(other);
  expect((await get(relay.port, "/healthz", agent)).name).toBe(before.name);
  expect(nameOf(await shakeHands(relay.port, undefined))).toBe("challenge.example");
  expect(() => relay.setCertificate({ cert: "nonsense", key: "nonsense" })).toThrow(expect.objectContaining({ reason: "bad-tls" }));
});

test("tells browsers to use https only, if it is asked to", async () => {
  const [with_, without] = [await serve({ hstsSeconds: 60 }), await serve()];
  const agent = new Agent();
  for (const path of ["/healthz", "/api/v1/nothing", "/page"]) {
    expect((await get(with_.port, path, agent)).hsts).toBe("max-age=60");
    expect((await get(without.port, path, agent)).hsts).toBeUndefined();
  }
});

/** A certificate of another name, from the command line that made those in test-data. */
function makePair(name: string): { readonly cert: string; readonly key: string } {
  const args = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const text = execFileSync("openssl", [...args, "-subj", `/CN=${name}`, "-keyout", "-", "-out", "-"], { encoding: "utf8", stdio: "pipe" });
  const [keyText = ""] = /-----BEGIN PRIVATE KEY[^]*END PRIVATE KEY-----\n/u.exec(text) ?? [];
  const [certText = ""] = /-----BEGIN CERTIFICATE[^]*END CERTIFICATE-----\n/u.exec(text) ?? [];
  return { cert: certText, key: keyText };
}

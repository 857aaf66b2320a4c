/* A real CA for tests of ACME: Pebble, with a DNS server that leads every name to loopback. Built where `go` is installed. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startTextProcess, type TextProcess } from "@rangecast/testkit/processes/text-process";
import { freePort } from "./free-port.ts";
import { buildGo } from "./go.ts";
import { lookUntil } from "./wait.ts";

const SOURCE = fileURLToPath(new URL("../../peers/pebble", import.meta.url));
const MODULE = "github.com/letsencrypt/pebble/v2/cmd";
const ADDRESS = "127.0.0.1";
/** Longest that it may take until it answers, milliseconds. */
const START_LIMIT_MS = 20_000;
/** Longest that it may run, milliseconds. */
const RUN_LIMIT_MS = 300_000;
const DAY_SECONDS = 86_400;
/** The DNS server's program has others, too. */
const NO_OTHER_SERVERS = ["-http01=", "-https01=", "-tlsalpn01=", "-doh=", "-defaultIPv6="];

export interface PebbleOptions {
  /** Ports of the relay that is checked. */
  readonly httpPort: number;
  readonly tlsPort: number;
  /** Lifetime of certificates, seconds. @default a day */
  readonly validitySeconds?: number;
}

export interface Pebble {
  /** Where the directory is. */
  readonly directoryUrl: string;
  readonly port: number;
  /** A file with the certificate of its own server, and the key. */
  readonly caFile: string;
  readonly tls: { readonly cert: string; readonly key: string };
  /** The certificates that it issues are trusted by this one, PEM. */
  readonly root: string;
  /** What it has printed. */
  output(): string;
  /** Makes a name unknown. */
  forget(domain: string): Promise<void>;
  /** Ends it. Idempotent. */
  stop(): Promise<void>;
}

/** Builds Pebble and its DNS server. A first build fetches modules, and may take minutes. */
export async function buildPebble(): Promise<{ readonly pebble: string; readonly dns: string }> {
  const pebble = await buildGo(SOURCE, "pebble", `${MODULE}/pebble`);
  const dns = await buildGo(SOURCE, "pebble-challtestsrv", `${MODULE}/pebble-challtestsrv`);
  if (pebble === undefined || dns === undefined) throw new Error("go is not installed: a test that needs Pebble must be skipped");
  return { pebble, dns };
}

export async function startPebble({ httpPort, tlsPort, validitySeconds = DAY_SECONDS }: PebbleOptions): Promise<Pebble> {
  const programs = await buildPebble();
  const folder = await mkdtemp(join(tmpdir(), "rangecast-pebble-"));
  const { caFile, cert, key } = await makeServerCertificate(folder);
  const [port, managementPort, dnsPort, dnsManagementPort] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const config = join(folder, "config.json");
  const pebble = {
    listenAddress: `${ADDRESS}:${port}`,
    managementListenAddress: `${ADDRESS}:${managementPort}`,
    certificate: caFile,
    privateKey: join(folder, "key.pem"),
    httpPort,
    tlsPort,
    keyAlgorithm: "ecdsa",
    retryAfter: { authz: 1, order: 1 },
    profiles: { default: { description: "the only one", validityPeriod: validitySeconds } },
  };
  await writeFile(config, JSON.stringify({ pebble }));
  const running: TextProcess[] = [
    startTextProcess(
      programs.dns,
      ["-dnsserver", `${ADDRESS}:${dnsPort}`, "-management", `${ADDRESS}:${dnsManagementPort}`, ...NO_OTHER_SERVERS],
      { cwd: folder, limitMs: RUN_LIMIT_MS },
    ),
    startTextProcess(programs.pebble, ["-config", config, "-dnsserver", `${ADDRESS}:${dnsPort}`], {
      cwd: folder,
      // Checks begin at once, each order has checks of its own, and a good nonce is refused now and then.
      env: { ...process.env, PEBBLE_VA_NOSLEEP: "1", PEBBLE_AUTHZREUSE: "0", PEBBLE_WFE_NONCEREJECT: "5" },
      limitMs: RUN_LIMIT_MS,
    }),
  ];
  const stop = async (): Promise<void> => {
    for (const one of running.splice(0)) {
      one.child.kill("SIGTERM");
      await one.ended;
    }
    await rm(folder, { recursive: true, force: true });
  };
  const root = await lookUntil(() => fetchText(managementPort, "/roots/0", cert), {
    limitMs: START_LIMIT_MS,
    signal: new AbortController().signal,
  });
  if (root === undefined) {
    await stop();
    throw new Error(`Pebble doesn't answer after ${START_LIMIT_MS} ms`);
  }
  const [, server] = [...running];
  return {
    directoryUrl: `https://localhost:${port}/dir`,
    port,
    caFile,
    tls: { cert, key },
    root,
    output: () => server?.stdout() ?? "",
    forget: async (domain) => {
      const body = JSON.stringify({ host: domain });
      await fetch(`http://${ADDRESS}:${dnsManagementPort}/set-servfail`, { method: "POST", body });
    },
    stop,
  };
}

/** What a path of its management has; undefined while it doesn't listen yet. */
function fetchText(port: number, path: string, ca: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const outgoing = request({ host: "localhost", port, path, ca, family: 4 }, (incoming) => {
      let text = "";
      incoming.setEncoding("utf8").on("data", (part: string) => (text += part));
      incoming.on("end", () => resolve(text));
    });
    outgoing.on("error", () => resolve(undefined));
    outgoing.end();
  });
}

async function makeServerCertificate(folder: string): Promise<{ readonly caFile: string; readonly cert: string; readonly key: string }> {
  const [keyFile, caFile] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const options = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=pebble"];
  const names = `subjectAltName=IP:${ADDRESS},DNS:localhost`;
  await promisify(execFile)("openssl", ["req", ...options, "-addext", names, "-keyout", keyFile, "-out", caFile]);
  return { caFile, cert: await readFile(caFile, "utf8"), key: await readFile(keyFile, "utf8") };
}

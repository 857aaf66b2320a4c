/* A TURN server on loopback, for tests of one protocol: by UDP, TCP and TLS, with a certificate of its own. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { commonFlags } from "./coturn.ts";
import { freePort } from "./free-port.ts";
import { lookUntil } from "./wait.ts";

const run = promisify(execFile);

const ADDRESS = "127.0.0.1";
/** Longest that it may take until it listens, milliseconds. */
const START_LIMIT_MS = 10_000;

export interface LoopbackCoturn {
  /** `turn:` by UDP; with `?transport=tcp` by TCP. */
  readonly url: string;
  /** `turns:` */
  readonly tlsUrl: string;
  readonly username: string;
  readonly credential: string;
  /** Its certificate, PEM. */
  readonly certificate: string;
  /** Ends it. Idempotent. */
  stop(): Promise<void>;
}

/** Why coturn can't run here; undefined if it can. */
export async function whyNoCoturn(): Promise<string | undefined> {
  try {
    await run("turnserver", ["--version"]);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "coturn is not installed" : undefined;
  }
}

/** Starts coturn. @param options more of its command line */
export async function startLoopbackCoturn(options: readonly string[] = []): Promise<LoopbackCoturn> {
  const folder = await mkdtemp(join(tmpdir(), "rangecast-coturn-"));
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  await run("openssl", [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-days",
    "2",
    "-keyout",
    key,
    "-out",
    certificate,
    "-subj",
    "/CN=coturn",
    "-addext",
    `subjectAltName=IP:${ADDRESS},DNS:localhost`,
  ]);
  const [port, tlsPort] = [await freePort(), await freePort()];
  const [username, credential] = ["viewer", "a credential"];
  const child: ChildProcess = spawn(
    "turnserver",
    [
      "-n",
      `--listening-ip=${ADDRESS}`,
      `--relay-ip=${ADDRESS}`,
      `--listening-port=${port}`,
      `--tls-listening-port=${tlsPort}`,
      `--cert=${certificate}`,
      `--pkey=${key}`,
      "--lt-cred-mech",
      `--user=${username}:${credential}`,
      "--allow-loopback-peers",
      ...commonFlags(folder),
      ...options,
    ],
    { stdio: "ignore" },
  );
  const ended = new AbortController();
  child.on("error", (error) => ended.abort(error));
  child.on("exit", (code) => ended.abort(new Error(`coturn ended with ${code}`)));
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, "exit");
      child.kill("SIGTERM");
      await exit;
    }
    await rm(folder, { recursive: true, force: true });
  };
  // Its standard output is held back; it opens the TLS port last.
  const isListening = `:${tlsPort.toString(16).toUpperCase().padStart(4, "0")} 00000000:0000 0A`;
  const listens = async (): Promise<true | undefined> =>
    (await readFile("/proc/net/tcp", "utf8")).includes(isListening) ? true : undefined;
  const listening = await lookUntil(listens, { limitMs: START_LIMIT_MS, signal: ended.signal });
  if (listening === undefined) {
    await stop();
    throw new Error(`coturn doesn't listen after ${START_LIMIT_MS} ms`);
  }
  return {
    url: `turn:${ADDRESS}:${port}`,
    tlsUrl: `turns:localhost:${tlsPort}`,
    username,
    credential,
    certificate: await readFile(certificate, "utf8"),
    stop,
  };
}

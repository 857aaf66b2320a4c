/* A real TURN server in the middle of the networks. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { MIDDLE_ADDRESS, type Network } from "./network.ts";
import { lookUntil } from "./wait.ts";

const PORT = 3478;
/** Its port as proc(5) writes it. */
const LISTENING = `:${PORT.toString(16).toUpperCase().padStart(4, "0")} `;
/** Longest that it may take until it listens, milliseconds. */
const START_LIMIT_MS = 10_000;

/** What every server of the tests has: no management, logs on standard output. @param folder for its process id, and a database that it wants and doesn't use */
export function commonFlags(folder: string): string[] {
  return [
    "--realm=rangecast.test",
    "--no-dtls",
    "--no-cli",
    "--simple-log",
    "--log-file=stdout",
    `--pidfile=${join(folder, "turnserver.pid")}`,
    `--userdb=${join(folder, "turndb")}`,
  ];
}

export interface Coturn {
  /** Its URL for UDP; with `?transport=tcp` the one for TCP. */
  readonly url: string;
  /** What it and the relay share. */
  readonly secret: string;
  /** Kills it; resolves when it is gone, with all that it knew. */
  kill(): Promise<void>;
  /** Starts it again; resolves when it listens. */
  start(): Promise<void>;
  /** Ends it. Idempotent. */
  stop(): Promise<void>;
}

/** Starts coturn, on memory alone. @param folder for its process id, and a database that it wants and doesn't use */
export async function startCoturn(network: Network, folder: string): Promise<Coturn> {
  const secret = "the secret that relay and TURN server share";
  const [command = "", ...before] = network.within("middle");
  const options = [
    "turnserver",
    "-n",
    `--listening-ip=${MIDDLE_ADDRESS}`,
    `--relay-ip=${MIDDLE_ADDRESS}`,
    `--listening-port=${PORT}`,
    "--use-auth-secret",
    `--static-auth-secret=${secret}`,
    "--no-tls",
    ...commonFlags(folder),
  ];
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn(command, [...before, ...options], { stdio: "ignore" });
    const { pid } = child;
    const ended = new AbortController();
    child.on("error", (error) => ended.abort(error));
    child.on("exit", (code) => ended.abort(new Error(`coturn ended with ${code}`)));
    // It says when it listens, but its standard output is held back. All sockets of its namespace are its own.
    const listens = async (): Promise<true | undefined> =>
      (await readFile(`/proc/${pid}/net/udp`, "utf8")).includes(LISTENING) ? true : undefined;
    const listening = await lookUntil(listens, { limitMs: START_LIMIT_MS, signal: ended.signal });
    if (listening === undefined) throw new Error(`coturn doesn't listen after ${START_LIMIT_MS} ms`);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  };
  try {
    await start();
  } catch (error) {
    await end("SIGKILL");
    throw error;
  }
  return { url: `turn:${MIDDLE_ADDRESS}:${PORT}`, secret, start, kill: () => end("SIGKILL"), stop: () => end("SIGTERM") };
}

/* A real TURN server in the middle of the networks. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { MIDDLE_ADDRESS, type Network } from "./network.ts";
import { withinTime } from "./wait.ts";

const PORT = 3478;
/** Longest that it may take until it listens, milliseconds. */
const START_LIMIT_MS = 10_000;
const LISTENING = /UDP listener opened/u;

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
    "--realm=rangecast.test",
    "--no-tls",
    "--no-dtls",
    "--no-cli",
    "--simple-log",
    "--log-file=stdout",
    `--pidfile=${join(folder, "turnserver.pid")}`,
    `--userdb=${join(folder, "turndb")}`,
  ];
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const starting = spawn(command, [...before, ...options], { stdio: ["ignore", "pipe", "ignore"] });
    child = starting;
    const listening = new Promise<void>((resolve, reject) => {
      createInterface({ input: starting.stdout }).on("line", (line) => LISTENING.test(line) && resolve());
      starting.on("error", reject);
      starting.on("exit", (code) => reject(new Error(`coturn ended with ${code}`)));
    });
    await withinTime(listening, START_LIMIT_MS, "the start of coturn");
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

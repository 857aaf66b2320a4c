/* A real OpenSSH server in a network namespace: it forwards ports of its address to clients (ssh -R). */
import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { MIDDLE_ADDRESS, type Network } from "./network.ts";

const run = promisify(execFile);

const SSH_PORT = 2222;
/** It runs only if it was started by its whole path. */
const SSHD = "/usr/sbin/sshd";
/** Debian's sshd wants this folder, which its service would create. */
const PRIVILEGE_FOLDER = "/run/sshd";
const LISTENING = "Server listening on";

export interface SshServer {
  /** The arguments of a client that forwards a port of the server's address to a port of its own loopback. */
  clientArgs(remotePort: number, localPort: string): readonly string[];
  /** Ends it, with its connections. */
  stop(): Promise<void>;
  /** Starts it again; resolves when it listens. */
  start(): Promise<void>;
}

/** Why there is none here; undefined if there is. */
export function whyNoSshServer(): string | undefined {
  return spawnSync(SSHD, ["-V"]).error === undefined && spawnSync("ssh", ["-V"]).status === 0 ? undefined : "sshd is not installed";
}

/** Starts it in the middle of the networks, for the client of one key. @param folder an empty one */
export async function startSshServer(network: Network, folder: string): Promise<SshServer> {
  const [hostKey, clientKey, authorized, config] = ["host-key", "client-key", "authorized-keys", "sshd-config"].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  await mkdir(PRIVILEGE_FOLDER, { recursive: true });
  for (const key of [hostKey, clientKey]) await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
  await copyFile(`${clientKey}.pub`, authorized);
  const lines = [
    `ListenAddress ${MIDDLE_ADDRESS}:${SSH_PORT}`,
    `HostKey ${hostKey}`,
    `AuthorizedKeysFile ${authorized}`,
    "PidFile none",
    "StrictModes no",
    "UsePAM no",
    "PermitRootLogin prohibit-password",
    "GatewayPorts clientspecified",
  ];
  await writeFile(config, lines.map((line) => `${line}\n`).join(""));
  const [command = "", ...before] = network.within("middle");
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const started = spawn(command, [...before, SSHD, "-D", "-e", "-f", config], { stdio: ["ignore", "ignore", "pipe"] });
    child = started;
    let text = "";
    for await (const chunk of started.stderr) {
      text += String(chunk);
      if (text.includes(LISTENING)) break;
    }
    if (!text.includes(LISTENING)) throw new Error(`sshd ended: ${text}`);
  };
  const stop = async (): Promise<void> => {
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    // Each connection is a process (proc(5)), in a session of its own.
    const connections = (await readFile(`/proc/${child.pid}/task/${child.pid}/children`, "utf8")).split(" ").map(Number);
    child.kill("SIGKILL");
    await ended;
    for (const pid of connections.filter((one) => one > 0)) process.kill(pid, "SIGKILL");
  };
  await start();
  return {
    clientArgs: (remotePort, localPort) => {
      const forward = `${MIDDLE_ADDRESS}:${remotePort}:127.0.0.1:${localPort}`;
      const knownHosts = `UserKnownHostsFile=${join(folder, "known-hosts")}`;
      const options = ["StrictHostKeyChecking=accept-new", knownHosts, "ExitOnForwardFailure=yes"].flatMap((option) => ["-o", option]);
      return ["-N", "-F", "none", "-i", clientKey, "-p", String(SSH_PORT), ...options, "-R", forward, `root@${MIDDLE_ADDRESS}`];
    },
    start,
    stop,
  };
}

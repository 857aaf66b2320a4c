/* A TCP flow of the Linux kernel over a link, beside or instead of a WebRTC session: what the network gives to others. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { buildGo, goIsInstalled } from "@rangecast/e2e/lib/go";
import type { Cleanup } from "@rangecast/testkit/processes/cleanup";
import { startJsonProcessAndWait } from "@rangecast/testkit/processes/json-process";

import { hostAddress, type Link } from "../../netlab/index.ts";

/** The kernel's congestion controls. */
export type Congestion = "reno" | "cubic" | "bbr";

export interface TcpFlowOptions {
  readonly congestion: Congestion;
  /** Stops the flow, if {@link TcpFlow.stop} was not called before. */
  readonly cleanup: Cleanup;
}

export interface TcpFlow {
  /** Bytes that the receiving application got in each full second since the connection was established; it grows. */
  readonly bytesBySecond: readonly number[];
  /** UDP ports of both hosts on loopback: drops of these sockets are not the link's. */
  readonly ports: readonly number[];
  /**
   * @returns how many packets the hosts' own queues have dropped: if it isn't 0, the link was not the only cause of loss
   * @throws if the flow ended by itself
   */
  stop(): Promise<number>;
}

/* From bench/src/rig or bench/dist/src/rig. */
const SOURCE = fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "../../peers/tcp" : "../../../peers/tcp", import.meta.url));

/** Longest that the check may take: it creates two namespaces and devices. Milliseconds. */
const CHECK_TIMEOUT_MS = 10_000;

/** Why such a flow can't run here; undefined if it can. Builds the program if that was not done before. */
export async function whyNoTcpFlow(congestion: Congestion): Promise<string | undefined> {
  if (process.platform !== "linux") return "a TCP flow needs TUN devices and network namespaces of Linux";
  if (!goIsInstalled) return "a TCP flow needs Go";
  try {
    await promisify(execFile)(await builtProgram(), ["--check", "--congestion", congestion], { timeout: CHECK_TIMEOUT_MS });
    return undefined;
  } catch (error) {
    const { stderr } = error as { readonly stderr?: string };
    return `a TCP flow can't run: ${stderr?.trim() || String(error)}`;
  }
}

/**
 * Starts a flow from a host behind the link (its `down` direction) to one before it, which sends as fast as it can, and waits until it is
 * connected.
 * @returns undefined where it can't run, with the reason on stderr
 */
export async function startTcpFlow(link: Link, { congestion, cleanup }: TcpFlowOptions): Promise<TcpFlow | undefined> {
  const reason = await whyNoTcpFlow(congestion);
  if (reason !== undefined) {
    console.error(`${reason}.`);
    return undefined;
  }
  const options = { keepStdinOpen: true, showStderr: true };
  const { running, first } = await startJsonProcessAndWait(await builtProgram(), ["--congestion", congestion], options);
  const stopped = cleanup.add(() => running.stop());
  try {
    running.child.stdin.write(`${await addressOnLink(link, Number(first["port"]))}\n`);
    await running.waitFor(({ event }) => event === "connected");
  } catch (error) {
    await stopped();
    throw error;
  }
  return {
    get bytesBySecond() {
      return running.events.filter(({ event }) => event === "second").map(({ bytes }) => Number(bytes));
    },
    ports: [Number(first["port"]), Number(first["receiverPort"])],
    stop: async () => {
      await stopped();
      const end = await running.waitFor(({ event }) => event === "end");
      return Number(end["droppedPackets"]);
    },
  };
}

async function builtProgram(): Promise<string> {
  const binary = await buildGo(SOURCE, "tcp-flow");
  if (binary === undefined) throw new Error("go is not installed");
  return binary;
}

/** Where others reach this port of loopback through the link. */
async function addressOnLink(link: Link, port: number): Promise<string> {
  const address = hostAddress((await link.rewrite(`candidate:1 1 udp 1 127.0.0.1 ${port} typ host`)) ?? "");
  if (address === undefined) throw new Error("the link is closed");
  return `${address.address}:${address.port}`;
}

import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { Link, LinkCounters, LinkOptions } from "./link.ts";
import type { CallName, Calls, Reply } from "./messages.ts";
import type { QueueDelays } from "./queue-delays.ts";

/** A child that doesn't answer a call within this time has failed. Milliseconds. */
const CALL_TIMEOUT_MS = 5_000;
/** The same for the first call, which waits until the process has started: seconds on a busy machine. */
const START_TIMEOUT_MS = 20_000;

/** A link in its own process, so that work in the peers' processes doesn't delay its packets. Needs a build. */
export async function forkLink(options: LinkOptions = {}): Promise<Link> {
  // Without the options of this process: a test runner's resolve packages to their sources.
  const remote = new RemoteLink(fork(entry(), { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] }));
  try {
    await remote.call("create", options);
  } catch (error) {
    remote.kill();
    throw error;
  }
  return remote;
}

/** The compiled child program, even if this file runs from its source (vitest). */
function entry(): string {
  const beside = new URL("./main.js", import.meta.url);
  const built = import.meta.url.endsWith(".ts") ? new URL("../dist/netlab/main.js", import.meta.url) : beside;
  const path = fileURLToPath(built);
  if (!existsSync(path)) throw new Error(`${path} is missing: run "npx tsc -b bench" first`);
  return path;
}

class RemoteLink implements Link {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #lastId = 0;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.on("message", (reply: Reply) => this.#waiting.get(reply.id)?.(reply));
    child.on("exit", () => {
      for (const [id, answer] of this.#waiting) answer({ id, error: "the emulator's process ended" });
    });
    // A link that was not closed must not keep the benchmark alive.
    child.unref();
    child.channel?.unref();
  }

  async rewrite(candidate: string): Promise<string | undefined> {
    return (await this.call("rewrite", candidate)) as string | undefined;
  }

  async rewriteSdp(sdp: string): Promise<string> {
    return (await this.call("rewriteSdp", sdp)) as string;
  }

  async set(change: Calls["set"]): Promise<void> {
    await this.call("set", change);
  }

  async outage(milliseconds: number): Promise<void> {
    await this.call("outage", milliseconds);
  }

  async counters(): Promise<LinkCounters> {
    return (await this.call("counters", null)) as LinkCounters;
  }

  async startQueueWatch(): Promise<void> {
    await this.call("startQueueWatch", null);
  }

  async readQueueWatch(): Promise<QueueDelays> {
    return (await this.call("readQueueWatch", null)) as QueueDelays;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || !this.#child.connected) return;
    await this.call("close", null);
    this.#child.disconnect();
  }

  kill(): void {
    this.#child.kill();
  }

  async call<Name extends CallName>(name: Name, argument: Calls[Name]): Promise<unknown> {
    const id = ++this.#lastId;
    const reply = await new Promise<Reply>((resolve) => {
      const limitMs = name === "create" ? START_TIMEOUT_MS : CALL_TIMEOUT_MS;
      const timer = setTimeout(() => resolve({ id, error: `no answer to ${name}` }), limitMs);
      this.#waiting.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      this.#child.send({ id, name, argument }, (error) => {
        if (error) this.#waiting.get(id)?.({ id, error: error.message });
      });
    });
    this.#waiting.delete(id);
    if (reply.error !== undefined) throw new Error(`link emulator: ${reply.error}`);
    return reply.result;
  }
}

/** Answers the other processes of this user: hosts their shares, lists what is shared, and takes shares back. */
import type { Socket } from "node:net";
import { CliError } from "../failure/cli-error.ts";
import { MessageSocket } from "../local-socket/message-socket.ts";
import type { OwnPlace } from "../local-socket/place.ts";
import type { Logger } from "../output/logger.ts";
import type { ShareEvent } from "../share/report/share-event.ts";
import type { Hosted, Hosting } from "./hosting.ts";
import type { HostRequest } from "./host-request.ts";
import { type Ask, askSchema, LOCAL_PROTOCOL, type Tell } from "./messages.ts";

/** How long a process may take to say hello, milliseconds. */
const HELLO_MS = 5000;

export interface HostServerOptions {
  readonly place: OwnPlace;
  readonly hosting: Pick<Hosting, "add" | "remove" | "running">;
  readonly transport: string;
  readonly logger: Logger;
}

export interface HostServer {
  /** Stops listening, and closes all connections: their processes find another host. */
  readonly close: () => Promise<void>;
}

export function serveHost({ place, ...options }: HostServerOptions): HostServer {
  const guests = new Set<Guest>();
  place.accept((socket) => {
    const guest = new Guest(socket, options);
    guests.add(guest);
    void guest.closed.then(() => guests.delete(guest));
  });
  return {
    close: async () => {
      const closed = place.close();
      for (const guest of guests) guest.destroy();
      await closed;
    },
  };
}

/** A process that asks. */
class Guest {
  readonly #socket: MessageSocket<Ask>;
  readonly #options: Omit<HostServerOptions, "place">;
  readonly #leaving = new AbortController();
  readonly #helloTimer: NodeJS.Timeout;
  #hasSaidHello = false;
  #hosted: Promise<Hosted | undefined> | undefined;

  constructor(socket: Socket, options: Omit<HostServerOptions, "place">) {
    this.#options = options;
    this.#socket = new MessageSocket(socket, askSchema, (ask) => void this.#answer(ask));
    this.#helloTimer = setTimeout(() => this.destroy(), HELLO_MS);
    void this.closed.then(() => this.#end());
  }

  get closed(): Promise<undefined> {
    return this.#socket.closed;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  async #answer(ask: Ask): Promise<void> {
    if (ask.type === "hello") return this.#welcome(ask);
    if (!this.#hasSaidHello) return this.destroy();
    const { hosting } = this.#options;
    switch (ask.type) {
      case "share":
        return this.#share(ask.request);
      case "leave":
        await this.#end();
        return this.#tell({ type: "left" });
      case "drop":
        return (await this.#hosted)?.drop(ask.viewer);
      case "list":
        return this.#tell({ type: "shares", shares: hosting.running });
      case "take-back": {
        const { id, reason, message } = ask;
        return this.#tell({ type: "done", found: await hosting.remove(id, { reason, message }) });
      }
    }
  }

  #welcome({ protocol, transport }: Extract<Ask, { type: "hello" }>): void {
    clearTimeout(this.#helloTimer);
    this.#hasSaidHello = protocol === LOCAL_PROTOCOL && transport === this.#options.transport;
    this.#tell(this.#hasSaidHello ? { type: "welcome", pid: process.pid } : { type: "unfit" });
  }

  async #share(request: HostRequest): Promise<void> {
    if (this.#hosted !== undefined) return this.destroy();
    const listener = {
      onEvent: (event: ShareEvent) => this.#socket.send({ type: "event", event }, event.event === "progress"),
      onTakenBack: ({ reason, message }: { reason: "revoked" | "stopped"; message: string }) =>
        this.#tell({ type: "taken-back", reason, message }),
    };
    this.#hosted = this.#options.hosting.add(request, listener, this.#leaving.signal);
    try {
      const hosted = await this.#hosted;
      if (hosted !== undefined) this.#tell({ type: "ready", info: hosted.info, relay: hosted.relay, page: hosted.page });
    } catch (error) {
      if (error instanceof CliError) return this.#tell({ type: "refused", reason: error.reason, message: error.message });
      this.#options.logger.error("a share of another terminal failed", { error });
      this.destroy();
    }
  }

  /** Takes back what this process shares. */
  async #end(): Promise<void> {
    clearTimeout(this.#helloTimer);
    this.#leaving.abort();
    const [hosted] = await Promise.allSettled([this.#hosted]);
    if (hosted.status === "fulfilled") await hosted.value?.leave();
  }

  #tell(message: Tell): void {
    this.#socket.send(message);
  }
}

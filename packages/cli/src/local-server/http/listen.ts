/** Opens one port on several addresses of this machine. */
import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import { systemErrorWords } from "@rangecast/daemon";
import { CliError, systemCode } from "../../failure/cli-error.ts";

export interface ListenOptions {
  /** The first gets the port first; the server can't be used without it, nor without loopback. */
  readonly addresses: readonly string[];
  /** Addresses that may fail: other networks of this machine. */
  readonly optional: readonly string[];
  /** What the user asked for; 0: any free port. Undefined: the preferred port, or a free one if that is in use. */
  readonly port: number | undefined;
  readonly preferredPort: number;
  /** The option that chooses the port, for messages. */
  readonly option: string;
  readonly createServer: () => Server;
}

export interface Listening {
  readonly port: number;
  /** The addresses that it listens on, without those that failed. */
  readonly addresses: readonly string[];
  readonly servers: readonly Server[];
}

/** Attempts at a free port that is free on all addresses. */
const TRIES = 5;

/** @throws CliError `port-in-use`, `cannot-listen` */
export async function listenEverywhere(options: ListenOptions): Promise<Listening> {
  const { port, preferredPort, option } = options;
  for (let left = TRIES; ; left -= 1) {
    const wanted = port ?? (left === TRIES ? preferredPort : 0);
    try {
      return await listenOn(wanted, options);
    } catch (error) {
      const isTaken = error instanceof ListenFailure && systemCode(error.cause) === "EADDRINUSE";
      if (isTaken && left > 1 && (port === undefined || port === 0)) continue;
      throw error instanceof ListenFailure ? refusal(error, wanted, option) : error;
    }
  }
}

class ListenFailure extends Error {
  readonly address: string;

  constructor(address: string, cause: unknown) {
    super("can't listen", { cause });
    this.address = address;
  }
}

async function listenOn(wanted: number, { addresses, optional, createServer }: ListenOptions): Promise<Listening> {
  const listening: Array<{ readonly address: string; readonly server: Server }> = [];
  let port = wanted;
  try {
    for (const address of [...addresses, ...optional]) {
      const server = createServer();
      try {
        server.listen(port, address);
        await once(server, "listening");
      } catch (cause) {
        server.close();
        if (optional.includes(address)) continue;
        throw new ListenFailure(address, cause);
      }
      port = (server.address() as AddressInfo).port;
      listening.push({ address, server });
    }
  } catch (error) {
    for (const { server } of listening) server.close();
    throw error;
  }
  return { port, addresses: listening.map(({ address }) => address), servers: listening.map(({ server }) => server) };
}

function refusal({ address, cause }: ListenFailure, port: number, option: string): CliError {
  const code = systemCode(cause);
  if (code === "EADDRINUSE")
    return new CliError(
      "port-in-use",
      `Port ${port} on ${address} is in use. Choose another one with ${option}, or use ${option} 0 for a free one.`,
      { cause },
    );
  if (code === "EACCES")
    return new CliError("cannot-listen", `Only an administrator can use port ${port}. Choose a port from 1024 on with ${option}.`, {
      cause,
    });
  if (code === "EADDRNOTAVAIL")
    return new CliError("cannot-listen", `${address} is not an address of this computer. Choose another one with --lan-host.`, { cause });
  return new CliError("cannot-listen", `Can't listen on ${address}, port ${port}: ${systemErrorWords(cause)}.`, { cause });
}

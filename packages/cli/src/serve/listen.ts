/** Opens the relay's port, and explains it if that fails. */
import { systemErrorWords } from "@rangecast/daemon";
import { RelayError, serveRelay, type ServeRelayOptions } from "@rangecast/relay";
import { CliError } from "../failure/cli-error.ts";
import { printable } from "../format.ts";
import { DEFAULT_PORT } from "./default-port.ts";
import type { IceFlags } from "./ice-settings.ts";
import { type ListenHost, urlHost } from "./listen-host.ts";

/** The options of a server on this computer, as commander parses them. */
export interface ServerFlags extends IceFlags {
  readonly port?: number;
  readonly host?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

export interface ListenOptions extends Omit<ServeRelayOptions, "host" | "port"> {
  readonly host: ListenHost;
  /** The value of `--port`. Undefined: the default port, or a free one if that is in use. */
  readonly port: number | undefined;
}

export interface Listening {
  /** The origin that links contain. */
  readonly origin: string;
  close(): Promise<void>;
}

/** @throws CliError `port-in-use`, `cannot-listen`, `bad-tls` */
export async function listen({ host, port, ...options }: ListenOptions): Promise<Listening> {
  try {
    const server = await serveRelay({ ...options, host: host.bind, port: port ?? DEFAULT_PORT });
    const scheme = options.tls === undefined ? "http" : "https";
    return { origin: new URL(`${scheme}://${urlHost(host.link)}:${server.port}`).origin, close: () => server.close() };
  } catch (error) {
    if (!(error instanceof RelayError)) throw error;
    // Sharing two files at once is common, and the user didn't ask for this port.
    if (port === undefined && error.reason === "port-in-use") return listen({ ...options, host, port: 0 });
    throw refusal(error, printable(host.bind), port ?? DEFAULT_PORT);
  }
}

function refusal(cause: RelayError, host: string, port: number): CliError {
  switch (cause.reason) {
    case "port-in-use":
      return new CliError("port-in-use", `Port ${port} on ${host} is in use. Choose another one, or use --port 0 for a free one.`, {
        cause,
      });
    case "port-forbidden":
      return new CliError("cannot-listen", `Only an administrator can use port ${port}. Choose a port from 1024 on, or use --port 0.`, {
        cause,
      });
    case "bad-host":
      return new CliError("cannot-listen", `${host} is not an address of this computer. Omit --host, or use 0.0.0.0 for all addresses.`, {
        cause,
      });
    case "bad-tls":
      return new CliError("bad-tls", "The TLS certificate or its key can't be used for https. Use others.", { cause });
    default:
      return new CliError(
        "cannot-listen",
        `The relay can't listen on ${host}, port ${port}: ${systemErrorWords(cause.cause)}. Use another --host or --port.`,
        { cause },
      );
  }
}

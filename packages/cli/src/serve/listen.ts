/** Opens the relay's port, and explains it if that fails. */
import { systemErrorWords } from "@rangecast/daemon";
import { RelayError, type RunningRelay, serveRelay, type ServeRelayOptions } from "@rangecast/relay";
import { CliError } from "../failure/cli-error.ts";
import { printable } from "../format.ts";
import { DEFAULT_PORT } from "./default-port.ts";

export interface ListenOptions extends Omit<ServeRelayOptions, "port"> {
  /** The value of `--port`. Without it: the default port, or a free one if that is in use. */
  readonly port?: number;
}

/** @throws CliError `port-in-use`, `cannot-listen`, `bad-tls` */
export async function listen({ port, ...options }: ListenOptions): Promise<RunningRelay> {
  try {
    return await serveRelay({ ...options, port: port ?? DEFAULT_PORT });
  } catch (error) {
    if (!(error instanceof RelayError)) throw error;
    // Sharing two files at once is common, and the user didn't ask for this port.
    if (port === undefined && error.reason === "port-in-use") return listen({ ...options, port: 0 });
    throw refusal(error, printable(options.host), port ?? DEFAULT_PORT);
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

/** Opens the port of the embedded or the lone relay, and says in words why it can't. */
import { systemErrorWords } from "@rangecast/daemon";
import { RelayError, type RunningRelay, serveRelay, type ServeRelayOptions } from "@rangecast/relay";
import { CliError } from "../failure/cli-error.ts";
import { printable } from "../format.ts";
import { DEFAULT_PORT } from "./default-port.ts";

export interface ListenOptions extends Omit<ServeRelayOptions, "port"> {
  /** What `--port` said; without it the default, or any that is free if that is in use. */
  readonly port?: number;
}

/** @throws CliError `port-in-use`, `cannot-listen`, `bad-tls` */
export async function listen({ port, ...options }: ListenOptions): Promise<RunningRelay> {
  try {
    return await serveRelay({ ...options, port: port ?? DEFAULT_PORT });
  } catch (error) {
    if (!(error instanceof RelayError)) throw error;
    // Two files shared at once are nothing unusual, and nobody asked for that port.
    if (port === undefined && error.reason === "port-in-use") return listen({ ...options, port: 0 });
    throw refusal(error, printable(options.host), port ?? DEFAULT_PORT);
  }
}

function refusal(cause: RelayError, host: string, port: number): CliError {
  switch (cause.reason) {
    case "port-in-use":
      return new CliError("port-in-use", `Port ${port} on ${host} is in use. Give another, or --port 0 for any that is free.`, { cause });
    case "port-forbidden":
      return new CliError("cannot-listen", `Port ${port} is for the system's administrator. Give one from 1024 on, or --port 0.`, {
        cause,
      });
    case "bad-host":
      return new CliError("cannot-listen", `${host} is no address of this computer. Leave --host out, or give 0.0.0.0 for all of them.`, {
        cause,
      });
    case "bad-tls":
      return new CliError("bad-tls", "The TLS certificate or its key can't be used for https. Give others.", { cause });
    default:
      return new CliError(
        "cannot-listen",
        `The relay can't listen on ${host}, port ${port}: ${systemErrorWords(cause.cause)}. Give another --host or --port.`,
        { cause },
      );
  }
}

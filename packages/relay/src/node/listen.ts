import { once } from "node:events";
import { isIPv6, type AddressInfo, type Server } from "node:net";
import { type ListenFailureReason, RelayError } from "../http/relay-error.ts";

/** The system's error codes (errno(3)). */
const REASONS: ReadonlyMap<string, ListenFailureReason> = new Map([
  ["EADDRINUSE", "port-in-use"],
  ["EACCES", "port-forbidden"],
  ["EADDRNOTAVAIL", "bad-host"],
  ["ENOTFOUND", "bad-host"],
  ["EAI_AGAIN", "bad-host"],
]);
/** Wildcard addresses, and the address under which the machine reaches itself. */
const WILDCARDS: ReadonlyMap<string, string> = new Map([
  ["0.0.0.0", "127.0.0.1"],
  ["::", "::1"],
]);

/**
 * Starts listening. @returns the port
 * @throws {RelayError} `port-in-use`, `port-forbidden`, `bad-host`, `cannot-listen`
 */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (cause) {
    throw listenFailure(cause, host, port);
  }
  // A listening TCP server has an address of this type.
  return (server.address() as AddressInfo).port;
}

/** The error for a socket that can't listen. @param cause the system's error */
export function listenFailure(cause: unknown, host: string, port: number): RelayError {
  const { code = "", message } = cause as NodeJS.ErrnoException;
  return new RelayError(REASONS.get(code) ?? "cannot-listen", `can't listen on ${host}, port ${port}: ${code || message}`, { cause });
}

export function urlOf(scheme: "http" | "https", host: string, port: number): string {
  const reachable = WILDCARDS.get(host) ?? host;
  return new URL(`${scheme}://${isIPv6(reachable) ? `[${reachable}]` : reachable}:${port}`).origin;
}

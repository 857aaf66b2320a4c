import { isIPv6, type AddressInfo, type Server } from "node:net";
import { type ListenFailureReason, RelayError } from "../http/relay-error.ts";

/** What the system calls the ways in which listening fails (errno(3)). */
const REASONS: ReadonlyMap<string, ListenFailureReason> = new Map([
  ["EADDRINUSE", "port-in-use"],
  ["EACCES", "port-forbidden"],
  ["EADDRNOTAVAIL", "bad-host"],
  ["ENOTFOUND", "bad-host"],
  ["EAI_AGAIN", "bad-host"],
]);
/** Addresses that mean all of the machine's, and one of them that it reaches itself by. */
const WILDCARDS: ReadonlyMap<string, string> = new Map([
  ["0.0.0.0", "127.0.0.1"],
  ["::", "::1"],
]);

/**
 * Listens. @returns the port
 * @throws {RelayError} `port-in-use`, `port-forbidden`, `bad-host`, `cannot-listen`
 */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      const reason = REASONS.get(error.code ?? "") ?? "cannot-listen";
      reject(new RelayError(reason, `can't listen on ${host}, port ${port}: ${error.code ?? error.message}`, { cause: error }));
    };
    server.once("error", fail);
    server.listen(port, host, () => {
      server.off("error", fail);
      resolve();
    });
  });
  // A TCP server that listens has an address of this kind.
  return (server.address() as AddressInfo).port;
}

export function urlOf(scheme: "http" | "https", host: string, port: number): string {
  const reachable = WILDCARDS.get(host) ?? host;
  return new URL(`${scheme}://${isIPv6(reachable) ? `[${reachable}]` : reachable}:${port}`).origin;
}

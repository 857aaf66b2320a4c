/** Parses the values of `--tunnel` and `--tunnel-url`. */
import { InvalidArgumentError } from "commander";
import { isLocalNetworkHost, isLoopbackHost } from "../serve/listen-host.ts";
import { parseOrigin } from "../usage/option-values.ts";
import { KNOWN_TUNNELS, type KnownTunnel, PORT_PLACEHOLDER } from "./known-tunnels.ts";
import { splitCommand } from "./split-command.ts";

/** The program that makes a tunnel. */
export interface TunnelProgram {
  readonly program: string;
  /** `{port}` stands for the port of the relay. */
  readonly args: readonly string[];
  /** Undefined for a command of the user's own. */
  readonly known?: KnownTunnel;
}

/** As commander parses them. */
export interface TunnelFlags {
  readonly tunnel?: TunnelProgram;
  /** An origin. */
  readonly tunnelUrl?: string;
}

/** The name of a known tunnel, or a command with `{port}` in it. */
export function parseTunnel(text: string): TunnelProgram {
  const known = KNOWN_TUNNELS.find(({ name }) => name === text.trim());
  if (known !== undefined) return { program: known.program, args: known.args, known };
  const words = splitCommand(text);
  if (words === undefined) throw new InvalidArgumentError("A quote in it is not closed.");
  const [program = "", ...args] = words;
  if (program === "" || !args.some((arg) => arg.includes(PORT_PLACEHOLDER))) {
    const names = KNOWN_TUNNELS.map(({ name }) => name).join(", ");
    throw new InvalidArgumentError(
      `Give one of ${names}, or a command with ${PORT_PLACEHOLDER}, such as "ssh -N -R 8080:localhost:${PORT_PLACEHOLDER} HOST".`,
    );
  }
  return { program, args };
}

/** The public address of a tunnel. */
export function parseTunnelUrl(text: string): string {
  const origin = parseOrigin(text);
  const { protocol, hostname } = new URL(origin);
  if (protocol === "http:" && !isLoopbackHost(hostname) && !isLocalNetworkHost(hostname)) {
    throw new InvalidArgumentError(
      "It must begin with https:, because browsers play only from https pages. http is for addresses of this computer and of a local network.",
    );
  }
  return origin;
}

/** The arguments with the port in its place. */
export function argumentsFor({ args }: TunnelProgram, port: number): string[] {
  return args.map((arg) => arg.replaceAll(PORT_PLACEHOLDER, String(port)));
}

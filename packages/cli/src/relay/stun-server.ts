/** The relay's own STUN server, so that hosts and viewers need nobody else's to learn their addresses. */
import { systemErrorWords } from "@rangecast/daemon";
import { MAX_ICE_URLS, RelayError, type RunningStun, serveStun, STUN_PORT } from "@rangecast/relay";
import { CliError } from "../failure/cli-error.ts";
import { EVERY_ADDRESS, urlHost } from "../serve/listen-host.ts";
import type { IceSettings } from "../serve/ice-settings.ts";
import type { RelayFlags } from "./relay-flags.ts";

export interface BuiltInStun {
  readonly port: number;
  /** As it is announced to hosts and viewers. */
  readonly url: string;
  close(): Promise<void>;
}

export interface StunRequest {
  readonly flags: Pick<RelayFlags, "stun" | "stunPort" | "host">;
  readonly ice: IceSettings;
  /** Under which clients reach it: the relay's own name. */
  readonly name: string;
  /** Told why there is none, if that was not asked for. */
  readonly warn: (text: string) => void;
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Starts it, unless other STUN servers are to be announced, or none.
 * @throws CliError `port-in-use`, `cannot-listen` if `--stun-port` asks for a port that can't be used
 */
export async function startStun({ flags, ice, name, warn, onTrouble }: StunRequest): Promise<BuiltInStun | undefined> {
  if (flags.stun === false || (flags.stun !== undefined && flags.stunPort === undefined)) return undefined;
  const announced = ice.iceServers.flatMap(({ urls }) => urls).length + (ice.turn?.urls.length ?? 0);
  // Each TURN server answers STUN as well.
  if (announced >= MAX_ICE_URLS) return undefined;
  const port = flags.stunPort ?? STUN_PORT;
  let server: RunningStun;
  try {
    server = await serveStun({ host: flags.host ?? EVERY_ADDRESS, port, onTrouble });
  } catch (error) {
    if (!(error instanceof RelayError)) throw error;
    const refusal = stunRefusal(error, port, name);
    if (flags.stunPort !== undefined) throw refusal;
    warn(refusal.message);
    return undefined;
  }
  return { port: server.port, url: `stun:${urlHost(name)}:${server.port}`, close: () => server.close() };
}

/** The servers that the relay announces, the built-in one first. */
export function withStun(ice: IceSettings, stun: BuiltInStun | undefined): IceSettings {
  return stun === undefined ? ice : { ...ice, iceServers: [{ urls: [stun.url] }, ...ice.iceServers] };
}

function stunRefusal(cause: RelayError, port: number, name: string): CliError {
  const instead = "Use another one with --stun-port, or none with --no-stun";
  if (cause.reason === "port-in-use") {
    return new CliError(
      "port-in-use",
      `There is no built-in STUN server: UDP port ${port} is in use, perhaps by a TURN server. Announce that one with --stun stun:${name}:${port}. ${instead}.`,
      { cause },
    );
  }
  return new CliError(
    "cannot-listen",
    `There is no built-in STUN server: UDP port ${port} can't be used: ${systemErrorWords(cause.cause)}. ${instead}.`,
    { cause },
  );
}

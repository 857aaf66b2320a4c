/** The STUN and TURN servers that the relay in this process announces, from options and environment. */
import { readFile } from "node:fs/promises";
import { systemErrorWords } from "@rangecast/daemon";
import { MAX_ICE_URLS, type TurnOptions } from "@rangecast/relay";
import type { IceServer } from "@rangecast/rtc";
import { CliError } from "../failure/cli-error.ts";

/** The options as commander parses them. */
export interface IceFlags {
  /** `false`: `--no-stun`. */
  readonly stun?: readonly string[] | false;
  readonly turn?: readonly string[];
  /** A file with the TURN server's secret (coturn: `static-auth-secret`). */
  readonly turnSecretFile?: string;
}

export interface IceSettings {
  readonly iceServers: readonly IceServer[];
  readonly turn?: TurnOptions;
}

const SECRET_VARIABLE = "RANGECAST_TURN_SECRET";
/** Credentials are an HMAC under the secret, so anyone who has one can try guesses offline. Characters. */
const MIN_SECRET_LENGTH = 16;
const HOW_TO_GIVE = `put it in the environment variable ${SECRET_VARIABLE}, or in a file named by --turn-secret-file FILE`;

/**
 * @param usualStun STUN servers if the options name neither a server nor `--no-stun`
 * @throws CliError `usage`
 */
export async function resolveIce(flags: IceFlags, env: NodeJS.ProcessEnv, usualStun: readonly string[] = []): Promise<IceSettings> {
  const { turn = [], turnSecretFile } = flags;
  const stun = flags.stun === false ? [] : (flags.stun ?? (turn.length === 0 ? usualStun : []));
  const iceServers = stun.length === 0 ? [] : [{ urls: [...stun] }];
  if (stun.length + turn.length > MAX_ICE_URLS) {
    throw new CliError(
      "usage",
      `--stun and --turn name ${stun.length + turn.length} servers; give at most ${MAX_ICE_URLS}, because each one slows down every connection.`,
    );
  }
  if (turn.length === 0) {
    if (turnSecretFile !== undefined) throw new CliError("usage", "--turn-secret-file needs a server: add --turn turn:HOST:PORT.");
    return { iceServers };
  }
  const secret = turnSecretFile === undefined ? (env[SECRET_VARIABLE] ?? "").trim() : await readSecret(turnSecretFile);
  if (secret === "") throw new CliError("usage", `--turn needs the server's secret: ${HOW_TO_GIVE}.`);
  if (secret.length < MIN_SECRET_LENGTH) {
    throw new CliError(
      "usage",
      `The TURN server's secret is too short: anyone who has a link could guess it offline. Use at least ${MIN_SECRET_LENGTH} characters, for example from \`openssl rand -hex 32\`.`,
    );
  }
  return { iceServers, turn: { urls: turn, secret } };
}

async function readSecret(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (cause) {
    throw new CliError("usage", `The TURN secret file ${path} can't be read: ${systemErrorWords(cause)}.`, { cause });
  }
}

/** `rangecast relay`: runs a relay for others, with the page. */
import { type Context, type OutputFlags, volumeOf } from "../context.ts";
import { CliError } from "../failure/cli-error.ts";
import type { ExitCode } from "../failure/exit-code.ts";
import { chooseListenHost, isLoopbackHost, type ListenHost } from "../serve/listen-host.ts";
import { resolveIce } from "../serve/ice-settings.ts";
import { DEFAULT_PORT } from "../serve/default-port.ts";
import { listen, type ServerFlags } from "../serve/listen.ts";
import { createPageServer, findPageFolder } from "../serve/page-server.ts";
import { readTls, type TlsFiles } from "../serve/tls.ts";
import { aborted } from "../stop-signals.ts";
import { isKey, KEY_HINT, parseKeys } from "../usage/option-values.ts";

/** The options as commander parses them. */
export interface RelayFlags extends ServerFlags, OutputFlags {
  readonly origin?: string;
  readonly trustProxy?: boolean;
  readonly key?: readonly string[];
  readonly page: boolean;
}

/** @returns the exit code. @throws CliError */
export async function runRelay(flags: RelayFlags, context: Context): Promise<ExitCode> {
  const { terminal, stop, env } = context;
  const logger = context.createLogger(volumeOf(flags));
  const apiKeys = resolveKeys(flags, env);
  const ice = await resolveIce(flags, env);
  const tls = await readTls(flags.tlsCert, flags.tlsKey);
  const host = chooseListenHost({ host: flags.host, names: tls?.names });
  const server = await listen({
    host,
    // Links contain this port, so it never falls back to another one.
    port: flags.port ?? DEFAULT_PORT,
    tls,
    fallback: flags.page ? createPageServer(await findPageFolder()) : undefined,
    ...(flags.origin === undefined ? {} : { origins: [flags.origin] }),
    apiKeys,
    ...ice,
    trustProxy: flags.trustProxy === true,
    onTrouble: (error) => logger.error("the relay failed", { error }),
  });
  const url = flags.origin ?? server.origin;
  const say = (event: object, text?: string): void => {
    if (flags.json === true) terminal.print(JSON.stringify(event));
    else if (text !== undefined && (flags.quiet !== true || text === url)) terminal.print(text);
  };
  try {
    say(
      { event: "ready", url, page: flags.page, plain: apiKeys.length > 0 },
      flags.quiet === true ? url : readyText(url, host, flags, tls),
    );
    await aborted(stop.signal);
  } finally {
    await server.close();
  }
  say({ event: "stopped", reason: stop.reason }, "Stopped.");
  return stop.exitCode;
}

function readyText(url: string, { bind }: ListenHost, { page, origin, trustProxy }: RelayFlags, tls: TlsFiles | undefined): string {
  const lines = [`Relay${page ? " and page" : ""}: ${url}`, "", `To share a file through it:  rangecast share FILE --relay ${url}`];
  if (origin === undefined && isLoopbackHost(bind))
    lines.push("Only this computer can reach it. For others, use --host 0.0.0.0 with a certificate, or a proxy in front and --origin.");
  else if (url.startsWith("http:"))
    lines.push("Browsers need https: use --tls-cert and --tls-key, or a proxy in front and --origin https://NAME.");
  if (tls?.trouble !== undefined) lines.push(`Browsers will refuse to connect: ${tls.trouble}.`);
  if (origin !== undefined && trustProxy !== true)
    lines.push("Behind a proxy, use --trust-proxy so that limits apply to each client, not to the proxy.");
  return [...lines, "", "Press Ctrl-C to stop it."].join("\n");
}

/** The API keys of plain mode, from options and environment; without keys, plain mode is off. @throws CliError `usage`; its message contains no key */
export function resolveKeys({ key = [] }: Pick<RelayFlags, "key">, env: NodeJS.ProcessEnv): readonly string[] {
  const fromEnvironment = parseKeys(env["RANGECAST_RELAY_KEYS"] ?? "");
  if (!fromEnvironment.every(isKey)) throw new CliError("usage", `RANGECAST_RELAY_KEYS holds an invalid key. ${KEY_HINT}`);
  return [...new Set([...key, ...fromEnvironment])];
}

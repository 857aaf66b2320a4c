/** `rangecast relay`: runs a relay for others, with the page. */
import { type Context, volumeOf } from "../context.ts";
import { CliError } from "../failure/cli-error.ts";
import type { ExitCode } from "../failure/exit-code.ts";
import { DEFAULT_PORT } from "../serve/default-port.ts";
import { resolveIce } from "../serve/ice-settings.ts";
import { chooseListenHost } from "../serve/listen-host.ts";
import { listen } from "../serve/listen.ts";
import { createPageServer, findPageFolder } from "../serve/page-server.ts";
import { readTls } from "../serve/tls.ts";
import { aborted } from "../stop-signals.ts";
import { isKey, KEY_HINT, parseKeys } from "../usage/option-values.ts";
import type { Report } from "./certificate-report.ts";
import { runDomainRelay } from "./domain-relay.ts";
import { resolveDomain } from "./domain-settings.ts";
import { domainReadyText, readyText } from "./ready-text.ts";
import { checkRelayFlags, type RelayFlags } from "./relay-flags.ts";
import { type BuiltInStun, startStun, withStun } from "./stun-server.ts";

/** @returns the exit code. @throws CliError */
export async function runRelay(flags: RelayFlags, context: Context): Promise<ExitCode> {
  const { terminal, stop } = context;
  checkRelayFlags(flags);
  const run = flags.domain === undefined ? serveByFiles : serveByDomain;
  await run(flags, context);
  if (flags.json === true) terminal.print(JSON.stringify({ event: "stopped", reason: stop.reason }));
  else if (flags.quiet !== true) terminal.print("Stopped.");
  return stop.exitCode;
}

/** With `--domain`. */
async function serveByDomain(flags: RelayFlags, context: Context): Promise<void> {
  const { terminal, stop } = context;
  const settings = await resolveDomain(flags, flags.domain ?? []);
  const common = await resolveCommon(flags, context);
  const warn = (text: string): void => say(flags, context, { event: { event: "notice", message: text }, text, isTrouble: true });
  const stun = await startStun({ flags, ice: common.ice, name: settings.domains[0], warn, onTrouble: common.relay.onTrouble });
  try {
    await runDomainRelay(
      {
        settings,
        relay: { ...common.relay, ...withStun(common.ice, stun) },
        warn,
        onReport: (report) => say(flags, context, report),
        onReady: (ports) => {
          const url = settings.origin;
          const { domains } = settings;
          if (flags.json === true) terminal.print(JSON.stringify({ ...readyEvent(flags, url, common.plain, stun), domains, ports }));
          else terminal.print(flags.quiet === true ? url : domainReadyText(url, flags.page, ports, stun));
        },
      },
      stop.signal,
    );
  } finally {
    await stun?.close();
  }
}

/** With a certificate in files, behind a proxy, or on this computer alone. */
async function serveByFiles(flags: RelayFlags, context: Context): Promise<void> {
  const { terminal, stop } = context;
  const common = await resolveCommon(flags, context);
  const tls = await readTls(flags.tlsCert, flags.tlsKey);
  const host = chooseListenHost({ host: flags.host, names: tls?.names });
  const stun = await startRequestedStun(flags, context, common, flags.origin === undefined ? host.link : new URL(flags.origin).hostname);
  try {
    const server = await listen({
      ...common.relay,
      ...withStun(common.ice, stun),
      host,
      // Links contain this port, so it never falls back to another one.
      port: flags.port ?? DEFAULT_PORT,
      tls,
      ...(flags.origin === undefined ? {} : { origins: [flags.origin] }),
      trustProxy: flags.trustProxy === true,
    });
    try {
      const url = flags.origin ?? server.origin;
      if (flags.json === true) terminal.print(JSON.stringify(readyEvent(flags, url, common.plain, stun)));
      else terminal.print(flags.quiet === true ? url : readyText(url, host, flags, tls, stun));
      await aborted(stop.signal);
    } finally {
      await server.close();
    }
  } finally {
    await stun?.close();
  }
}

/** Without `--domain` the relay may be behind a proxy that passes on no UDP, so there is a STUN server only on request. */
async function startRequestedStun(
  flags: RelayFlags,
  context: Context,
  { ice, relay }: Common,
  name: string,
): Promise<BuiltInStun | undefined> {
  if (flags.stunPort === undefined) return undefined;
  const warn = (text: string): void => context.terminal.warn(text);
  return startStun({ flags, ice, name, warn, onTrouble: relay.onTrouble });
}

type Common = Awaited<ReturnType<typeof resolveCommon>>;

/** What both kinds of relay have. @throws CliError */
async function resolveCommon(flags: RelayFlags, context: Context) {
  const { env } = context;
  const logger = context.createLogger(volumeOf(flags));
  const apiKeys = resolveKeys(flags, env);
  const { stun, ...others } = flags;
  return {
    ice: await resolveIce(stun === undefined || stun === false ? others : { ...others, stun }, env),
    plain: apiKeys.length > 0,
    relay: {
      fallback: flags.page ? createPageServer(await findPageFolder()) : undefined,
      apiKeys,
      onTrouble: (error: unknown) => logger.error("the relay failed", { error }),
    },
  };
}

function readyEvent({ page }: RelayFlags, url: string, plain: boolean, stun: BuiltInStun | undefined): object {
  return { event: "ready", url, page, plain, ...(stun === undefined ? {} : { stun: stun.url }) };
}

function say({ json, quiet }: RelayFlags, { terminal }: Context, { event, text, isTrouble }: Report): void {
  if (json === true) terminal.print(JSON.stringify(event));
  else if (isTrouble) terminal.warn(text);
  else if (quiet !== true) terminal.print(text);
}

/** The API keys of plain mode, from options and environment; without keys, plain mode is off. @throws CliError `usage`; its message contains no key */
export function resolveKeys({ key = [] }: Pick<RelayFlags, "key">, env: NodeJS.ProcessEnv): readonly string[] {
  const fromEnvironment = parseKeys(env["RANGECAST_RELAY_KEYS"] ?? "");
  if (!fromEnvironment.every(isKey)) throw new CliError("usage", `RANGECAST_RELAY_KEYS holds an invalid key. ${KEY_HINT}`);
  return [...new Set([...key, ...fromEnvironment])];
}

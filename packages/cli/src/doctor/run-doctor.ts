/** `rangecast doctor`: checks what works, and prints how to fix what doesn't. */
import { CliError } from "../failure/cli-error.ts";
import { readConfig } from "../config/config-file.ts";
import { userFolders } from "../config/folders.ts";
import type { Context } from "../context.ts";
import { type ExitCode, exitCodeOf } from "../failure/exit-code.ts";
import { type EmbeddedRelay, startEmbeddedRelay } from "../serve/embedded-relay.ts";
import { LOOPBACK } from "../serve/listen-host.ts";
import { RELAY_SOURCES, resolveEndpoints, type Setting } from "../share/settings.ts";
import { type Check, pass, warn, type Findings } from "./check.ts";
import { candidatesCheck } from "./checks/candidates.ts";
import { clockCheck } from "./checks/clock.ts";
import { eventStreamCheck } from "./checks/event-stream.ts";
import { httpsCheck } from "./checks/https.ts";
import { linkCheck } from "./checks/link.ts";
import { loopbackCheck } from "./checks/loopback.ts";
import { createPathChecks } from "./checks/path.ts";
import { postCheck } from "./checks/post.ts";
import { registrationCheck } from "./checks/registration.ts";
import { relayCheck } from "./checks/relay.ts";
import { shareCheck } from "./checks/share.ts";
import { stunCheck } from "./checks/stun.ts";
import { turnCheck } from "./checks/turn.ts";
import { udpCheck } from "./checks/udp.ts";
import { createHumanReport, createJsonReport } from "./report.ts";
import { runChecks } from "./run-checks.ts";

/** The options as commander parses them. */
export interface DoctorFlags {
  /** `false`: `--no-relay`. */
  readonly relay?: string | false;
  readonly stun?: readonly string[];
  readonly json?: boolean;
}

const RELAY_CHECKS = [relayCheck, httpsCheck, clockCheck, postCheck, eventStreamCheck] as const;
const NETWORK_CHECKS = [candidatesCheck, stunCheck, turnCheck, udpCheck, loopbackCheck] as const;

/** @returns the exit code. @throws CliError */
export async function runDoctor(link: string | undefined, flags: DoctorFlags, context: Context): Promise<ExitCode> {
  const { terminal, colors, stop, env } = context;
  if (link?.trim() === "") throw new CliError("usage", "Which link? Give it in quotes: rangecast doctor 'LINK'.");
  if (link !== undefined && flags.relay !== undefined)
    throw new CliError("usage", "A link names its relay: give the link or --relay, not both.");
  const config = await readConfig((await userFolders()).configFile);
  const { relay } = resolveEndpoints({ qr: false, ...(flags.relay === undefined ? {} : { relay: flags.relay }) }, env, config);
  const embedded = link === undefined && relay === undefined ? await startOwnRelay() : undefined;
  const path = createPathChecks();
  const report = flags.json === true ? createJsonReport(terminal) : createHumanReport(terminal, colors);
  const address = relay?.value ?? embedded?.origin;
  const findings: Findings = {
    ...(address === undefined ? {} : { relay: address }),
    ...(flags.stun === undefined ? {} : { iceServers: [{ urls: [...flags.stun] }] }),
  };
  const checks =
    link === undefined
      ? [settingsCheck(relay), ...RELAY_CHECKS, registrationCheck, ...NETWORK_CHECKS]
      : [linkCheck(link), ...RELAY_CHECKS, shareCheck, ...NETWORK_CHECKS, ...path.checks];
  try {
    const totals = await runChecks(checks, { findings, signal: stop.signal, onResult: (result) => report.result(result) });
    if (stop.signal.aborted) return stop.exitCode;
    report.done(totals);
    return exitCodeOf(totals.fail > 0 ? "check-failed" : "ok");
  } finally {
    await Promise.all([path.close(), embedded?.close()]);
  }
}

function startOwnRelay(): Promise<EmbeddedRelay> {
  return startEmbeddedRelay({
    host: { bind: LOOPBACK, link: LOOPBACK },
    port: 0,
    tls: undefined,
    ice: { iceServers: [] },
    page: undefined,
    // The checks show its failures.
    onTrouble: () => undefined,
  });
}

/** Reports which relay a share would use. */
function settingsCheck(relay: Setting | undefined): Check {
  const result =
    relay === undefined
      ? warn(
          "no relay is set: rangecast share would use its built-in one, whose links work on this computer only",
          "For others: --relay https://RELAY (a public one), or rangecast share … --tls-cert FILE --tls-key FILE.",
        )
      : pass(`the relay is ${relay.value} (${RELAY_SOURCES[relay.source]})`);
  return { name: "settings", run: async () => result };
}

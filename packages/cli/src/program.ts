/** Defines the commands and their options. The actions are passed in. */
import { Command, Option } from "commander";
import type { ServiceRunFlags } from "./background/run-service.ts";
import { CONFIG_KEYS } from "./config/config-file.ts";
import { type ConfigKey, type ConfigListFlags, parseConfigKey } from "./config/run-config.ts";
import type { DoctorFlags } from "./doctor/run-doctor.ts";
import type { GetFlags } from "./get/settings.ts";
import {
  CONFIG_HELP,
  DOCTOR_HELP,
  exitCodesHelp,
  GET_HELP,
  LEGEND,
  OPEN_HELP,
  RELAY_HELP,
  SERVICE_HELP,
  SHARE_HELP,
} from "./usage/help-text.ts";
import {
  collectDomain,
  collectGlob,
  collectKey,
  collectStun,
  collectTurn,
  parseDirectory,
  parseEmail,
  parseFixedPort,
  parseHost,
  parseLanHost,
  parseName,
  parseOrigin,
  parsePage,
  parsePath,
  parsePlayer,
  parsePort,
  parseSaveName,
  parseUdpPort,
} from "./usage/option-values.ts";
import type { OpenFlags } from "./open/settings.ts";
import type { ListFlags } from "./list/run-list.ts";
import type { RevokeFlags } from "./revoke/run-revoke.ts";
import { DEFAULT_LAN_PORT } from "./lan/default-lan-port.ts";
import type { RelayFlags } from "./relay/relay-flags.ts";
import { DEFAULT_PORT } from "./serve/default-port.ts";
import type { ShareFlags } from "./share/settings.ts";
import { parseExpires, parseTermCount } from "./usage/term-values.ts";
import { parseTunnel, parseTunnelUrl } from "./tunnel/tunnel-options.ts";

export interface Actions {
  share(paths: string[], flags: ShareFlags): Promise<void>;
  get(link: string | undefined, paths: string[], flags: GetFlags): Promise<void>;
  open(link: string | undefined, flags: OpenFlags): Promise<void>;
  relay(flags: RelayFlags): Promise<void>;
  doctor(link: string | undefined, flags: DoctorFlags): Promise<void>;
  listConfig(flags: ConfigListFlags): Promise<void>;
  getConfig(key: ConfigKey): Promise<void>;
  setConfig(key: ConfigKey, value: string): Promise<void>;
  unsetConfig(key: ConfigKey): Promise<void>;
  list(flags: ListFlags): Promise<void>;
  revoke(link: string, flags: RevokeFlags): Promise<void>;
  stop(link: string, flags: RevokeFlags): Promise<void>;
  runService(flags: ServiceRunFlags): Promise<void>;
  installService(): Promise<void>;
  uninstallService(): Promise<void>;
  showService(): Promise<void>;
}

export interface ProgramText {
  readonly version: string;
  readonly out: (text: string) => void;
  /** Width of the terminal, for wrapping the help. */
  readonly columns: number;
}

const TURN_TEXT = "TURN server, used when no direct connection is possible, such as turn:turn.example.org:3478; can be repeated";
const TURN_SECRET_TEXT = "file with the secret that the TURN server shares with this relay (default: RANGECAST_TURN_SECRET)";

const EXCLUDE_TEXT =
  "leave out of shared folders what matches, such as '*.part' or 'drafts/*.txt'; with a slash, the path in the folder; can be repeated";

const EXPIRES_TEXT =
  "end the link after a time, such as 30m, 2h or 3d, or at a date, such as 2026-12-31 or 2026-12-31T18:00, or none (default: as before)";

const TUNNEL_TEXT =
  "reach relay and page through a tunnel, without a port or a certificate: cloudflared, tailscale, localhost.run, or a command with {port}";

/** Wider help is hard to read. */
const MAX_HELP_COLUMNS = 120;

/** The program throws CommanderError instead of exiting the process, and writes nothing but help and version. */
export function createProgram(actions: Actions, text: ProgramText): Command {
  const program = new Command("rangecast");
  const common = (command: Command): Command =>
    command
      .version(text.version, "-V, --version", "print the version")
      .helpOption("-h, --help", "print this help")
      .exitOverride()
      .configureOutput({
        writeOut: text.out,
        writeErr: () => {},
        getOutHelpWidth: () => Math.min(text.columns, MAX_HELP_COLUMNS),
      });
  common(program)
    .description("Streams files from the disk of one computer to a browser or another computer anywhere, peer to peer.")
    .helpCommand("help [command]", "print the help for a command")
    .addHelpText("after", `\n${LEGEND}`);
  common(shareOptions(program.command("share"))).action((paths: string[], flags: ShareFlags) => actions.share(paths, flags));
  common(getOptions(program.command("get"))).action((link: string | undefined, paths: string[], flags: GetFlags) =>
    actions.get(link, paths, flags),
  );
  common(openOptions(program.command("open"))).action((link: string | undefined, flags: OpenFlags) => actions.open(link, flags));
  common(relayOptions(program.command("relay"))).action((flags: RelayFlags) => actions.relay(flags));
  common(doctorOptions(program.command("doctor"))).action((link: string | undefined, flags: DoctorFlags) => actions.doctor(link, flags));
  configCommands(common(program.command("config")), common, actions);
  sharesCommands(program, common, actions);
  serviceCommands(common(program.command("service")), common, actions);
  return program;
}

function configCommands(config: Command, common: (command: Command) => Command, actions: Actions): void {
  config
    .description("Shows and changes the settings that are saved for next time. An option counts for one run only.")
    .addHelpText("after", `\n${CONFIG_HELP}\n\n${exitCodesHelp()}`);
  common(config.command("list", { isDefault: true }))
    .description("print all settings")
    .option("--json", "print one JSON object")
    .action((flags: ConfigListFlags) => actions.listConfig(flags));
  common(config.command("get"))
    .description("print the value of a setting")
    .argument("<setting>", CONFIG_KEYS.join(", "), parseConfigKey)
    .action((key: ConfigKey) => actions.getConfig(key));
  common(config.command("set"))
    .description("save a value")
    .argument("<setting>", CONFIG_KEYS.join(", "), parseConfigKey)
    .argument("<value>", "its value")
    .action((key: ConfigKey, value: string) => actions.setConfig(key, value));
  common(config.command("unset"))
    .description("remove a saved value")
    .argument("<setting>", CONFIG_KEYS.join(", "), parseConfigKey)
    .action((key: ConfigKey) => actions.unsetConfig(key));
}

/** What is shared, from any terminal. */
function sharesCommands(program: Command, common: (command: Command) => Command, actions: Actions): void {
  common(program.command("list"))
    .description("Lists what you share on this computer, running or not, with the links.")
    .option("--all", "links that have ended, too")
    .option("--json", "print one JSON object per line, and nothing else")
    .addHelpText("after", `\n${exitCodesHelp()}`)
    .action((flags: ListFlags) => actions.list(flags));
  const linkArgument = "the link, in quotes, or the id that is in it and that --json lists";
  common(program.command("revoke"))
    .description("Takes a link back, at once and for good, whichever terminal shares it.")
    .argument("<link|id>", linkArgument)
    .option("--json", "print one JSON object")
    .addHelpText("after", `\n${exitCodesHelp()}`)
    .action((link: string, flags: RevokeFlags) => actions.revoke(link, flags));
  common(program.command("stop"))
    .description("Stops sharing, in the background or in another terminal. The link works again when it is shared again.")
    .argument("<link|id>", linkArgument)
    .option("--json", "print one JSON object")
    .addHelpText("after", `\n${exitCodesHelp()}`)
    .action((link: string, flags: RevokeFlags) => actions.stop(link, flags));
}

function serviceCommands(service: Command, common: (command: Command) => Command, actions: Actions): void {
  service
    .description("Shares what is kept (share --background) after each log-in.")
    .addHelpText("after", `\n${SERVICE_HELP}\n\n${exitCodesHelp()}`);
  common(service.command("status", { isDefault: true }))
    .description("tell whether it is installed, and runs")
    .action(() => actions.showService());
  common(service.command("install"))
    .description("have the system start it at log-in: systemd, launchd or the Task Scheduler")
    .action(() => actions.installService());
  common(service.command("uninstall"))
    .description("undo that; what is kept stays kept")
    .action(() => actions.uninstallService());
  common(service.command("run"))
    .description("share what is kept, in this terminal, until nothing is kept or you press Ctrl-C")
    .option("-v, --verbose", "print a detailed log on standard error")
    .addOption(new Option("--wait").hideHelp())
    .action((flags: ServiceRunFlags) => actions.runService(flags));
}

function shareOptions(command: Command): Command {
  const shared = command
    .description("Shares files and folders until you press Ctrl-C. Prints one link; anyone who opens it can watch, seek and download.")
    .argument("<path...>", "the file or folder to share; several are shown as one folder")
    .option(
      "-p, --port <number>",
      `port for the relay and the page; 0 picks a free one (default: ${DEFAULT_PORT}, or a free one if that is in use)`,
      parsePort,
    )
    .option("--host <host>", "address or name to listen on (default: this computer only; with a certificate, all addresses)", parseHost)
    .option("-n, --name <name>", "name shown to viewers (default: that of the file or folder)", parseName)
    .option("-x, --exclude <glob>", EXCLUDE_TEXT, collectGlob)
    .option("-a, --all", "share hidden files and folders too, whose names begin with a dot")
    .option("--follow", "follow symbolic links that stay in the shared folder (default: links are left out)")
    .option("--expires <time>", EXPIRES_TEXT, parseExpires)
    .option("--max-viewers <n>", "let at most n viewers in at once, or none for no limit", parseTermCount)
    .option("--max-downloads <n>", "let each file be downloaded n times in total, or none for no limit", parseTermCount)
    .option("--relay <url>", "relay to use instead of the built-in one, for this run (default: the saved one)", parseOrigin)
    .option("--no-relay", "use the built-in relay for this run, even if one is saved")
    .option("--page <url>", "where the page is served, if not by the relay, for this run (default: the saved one)", parsePage)
    .option("--no-page", "use the relay's page for this run, even if another is saved")
    .option("--tls-cert <file>", "TLS certificate for https, PEM", parsePath)
    .option("--tls-key <file>", "its private key, PEM, without a passphrase", parsePath)
    .option("--tunnel <name|command>", TUNNEL_TEXT, parseTunnel)
    .option(
      "--tunnel-url <url>",
      "address of the tunnel, if it doesn't print one; alone, for a tunnel that you run yourself",
      parseTunnelUrl,
    )
    .option("--udp-port <number>", "UDP port for all connections, so that a firewall can allow it (default: any)", parseUdpPort)
    .option("--lan", "serve it in the local network too, without encryption: for phones, televisions, VLC")
    .option(
      "--lan-port <number>",
      `port in the local network; 0 picks a free one (default: ${DEFAULT_LAN_PORT}, or a free one)`,
      parsePort,
    );
  return lanOptions(shared)
    .option("--stun <url>", "STUN server; can be repeated (default: the relay's; with a known tunnel, Cloudflare's)", collectStun)
    .option("--no-stun", "use no STUN server")
    .option("--turn <url>", TURN_TEXT, collectTurn)
    .option("--turn-secret-file <file>", TURN_SECRET_TEXT, parsePath)
    .option("-b, --background", "return when the link works, and go on sharing without a terminal, until rangecast stop or revoke")
    .option("--ephemeral", "save nothing: use a new key for this run, so a new link")
    .addOption(new Option("--json", "print one JSON object per line on standard output, and nothing else").conflicts("quiet"))
    .option("-q, --quiet", "print only the link and errors")
    .option("-v, --verbose", "print a detailed log on standard error")
    .option("-y, --yes", "don't ask how others should reach the share: without options and settings, the link works on this computer")
    .option("--no-qr", "don't print a QR code")
    .addHelpText("after", `\n${SHARE_HELP}\n\n${exitCodesHelp()}`);
}

/** The options of the local network. */
function lanOptions(command: Command): Command {
  return command
    .option(
      "--lan-host <address>",
      "this computer's address to use, if it is in several networks (default: the default route's)",
      parseLanHost,
    )
    .option("--cast", "let pages of other origins read the file (CORS), for Chromecast")
    .option("--no-mdns", "don't announce the address as rangecast.local");
}

function openOptions(command: Command): Command {
  const local = command
    .description("Serves the file of a link to players on this computer, by a local address with seeking. Ctrl-C stops it.")
    .argument("[link]", "the link, in quotes (default: RANGECAST_LINK, or standard input)")
    .option("--player <command>", "start this player with the address, and stop when it ends, such as mpv or vlc", parsePlayer)
    .option("-p, --port <number>", `port of the address (default: any free one; with --lan ${DEFAULT_LAN_PORT}, if it is free)`, parsePort)
    .option("--lan", "serve it to televisions and players in the local network too, without encryption");
  return lanOptions(local)
    .addOption(new Option("--json", "print one JSON object per line, and nothing else").conflicts("quiet"))
    .option("-q, --quiet", "print only the address, and errors")
    .option("-v, --verbose", "print a detailed log on standard error")
    .option("--no-qr", "don't print a QR code")
    .addHelpText("after", `\n${OPEN_HELP}\n\n${exitCodesHelp()}`);
}

function getOptions(command: Command): Command {
  return command
    .description(
      "Downloads the file or folder of a link without a browser. If it stops for any reason, the same command continues where it stopped.",
    )
    .argument("[link]", "the link, in quotes (default: RANGECAST_LINK, or standard input)")
    .argument("[path...]", "of a folder, the file or folder to download, or several (default: all of it)")
    .option("-o, --out <dir>", "folder to save the file or folder in (default: the current one), or - for standard output", parsePath)
    .option("-n, --name <name>", "name to save it under (default: the name the host gave it)", parseSaveName)
    .option("--overwrite", "replace existing files, once each download is complete")
    .option("--include <pattern>", "of a folder, download only what matches, such as *.mp4 or 'Season 1'; can be repeated", collectGlob)
    .option("--exclude <pattern>", "of a folder, leave out what matches; can be repeated", collectGlob)
    .option("--dry-run", "of a folder, print what would be downloaded, with sizes, and download nothing")
    .option("--sha256", "print the SHA-256 of the complete file")
    .addOption(new Option("--json", "print one JSON object per line, and nothing else").conflicts("quiet"))
    .option("-q, --quiet", "print only the path of the saved file, and errors")
    .option("-v, --verbose", "print a detailed log on standard error")
    .addHelpText("after", `\n${GET_HELP}\n\n${exitCodesHelp()}`);
}

function relayOptions(command: Command): Command {
  return command
    .description("Runs a relay for others. It connects viewers and hosts, and never carries file contents.")
    .option(
      "-d, --domain <name>",
      "domain name of this computer; the relay gets a certificate for it by itself, which accepts the terms of the CA; can be repeated",
      collectDomain,
    )
    .option("--email <address>", "where the CA may write about the certificate", parseEmail)
    .option("--acme-directory <url>", "another CA's ACME directory (default: Let's Encrypt)", parseDirectory)
    .option("--acme-ca <file>", "root certificate of the CA's own server, PEM, for a private CA", parsePath)
    .option("-p, --port <number>", `port; 0 picks a free one (default: ${DEFAULT_PORT}; with --domain 443)`, parsePort)
    .option("--http-port <number>", "port for the CA's checks and redirects to https (default: 80)", parseFixedPort)
    .option("--host <host>", "address or name to listen on (default: this computer only; with a certificate, all addresses)", parseHost)
    .option("--tls-cert <file>", "TLS certificate for https, PEM", parsePath)
    .option("--tls-key <file>", "its private key, PEM, without a passphrase", parsePath)
    .option(
      "--origin <url>",
      "public address of the relay, if it differs from the one it listens on, for example behind a proxy",
      parseOrigin,
    )
    .option("--trust-proxy", "take client addresses from X-Forwarded-For; only behind a proxy that sets it")
    .option(
      "--key <key>",
      "API key for the plain protocol; can be repeated. Other users can see options: prefer RANGECAST_RELAY_KEYS",
      collectKey,
    )
    .option("--stun <url>", "STUN server announced to viewers and hosts, instead of the built-in one; can be repeated", collectStun)
    .option("--no-stun", "announce no STUN server, and run none")
    .option(
      "--stun-port <number>",
      "UDP port of the built-in STUN server (default: 3478 with --domain, otherwise none runs)",
      parseFixedPort,
    )
    .option("--turn <url>", TURN_TEXT, collectTurn)
    .option("--turn-secret-file <file>", TURN_SECRET_TEXT, parsePath)
    .option("--page", "serve the page as well", true)
    .option("--no-page", "don't serve the page")
    .addOption(new Option("--json", "print one JSON object per line on standard output, and nothing else").conflicts("quiet"))
    .option("-q, --quiet", "print only the address and errors")
    .option("-v, --verbose", "print a detailed log on standard error")
    .addHelpText("after", `\n${RELAY_HELP}\n\n${exitCodesHelp()}`);
}

function doctorOptions(command: Command): Command {
  return command
    .description("Checks what works between this computer, the relay and a share, and explains how to fix what doesn't.")
    .argument("[link]", "the link of a share to test (default: test only the relay and this computer's network)")
    .option("--relay <url>", "relay to test (default: the saved one, or a built-in one)", parseOrigin)
    .option("--no-relay", "test a built-in relay instead of the saved one")
    .option("--stun <url>", "STUN server to test in addition to the relay's; can be repeated", collectStun)
    .option("--json", "print one JSON object per line on standard output, and nothing else")
    .addHelpText("after", `\n${DOCTOR_HELP}\n\n${exitCodesHelp()}`);
}

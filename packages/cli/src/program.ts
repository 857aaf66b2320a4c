/** The command line: which commands and options there are. What they do is handed in. */
import { Command, Option } from "commander";
import type { DoctorFlags } from "./doctor/settings.ts";
import type { GetFlags } from "./get/settings.ts";
import { EXAMPLES, exitCodesHelp, GET_HELP, LEGEND } from "./usage/help-text.ts";
import {
  collectKey,
  collectStun,
  collectTurn,
  parseHost,
  parseName,
  parseOrigin,
  parsePage,
  parsePath,
  parsePort,
  parseSaveName,
  parseUdpPort,
} from "./usage/option-values.ts";
import type { RelayFlags } from "./relay/settings.ts";
import { DEFAULT_PORT } from "./serve/default-port.ts";
import type { ShareFlags } from "./share/settings.ts";

export interface Actions {
  share(path: string, flags: ShareFlags): Promise<void>;
  get(link: string | undefined, flags: GetFlags): Promise<void>;
  relay(flags: RelayFlags): Promise<void>;
  doctor(link: string | undefined, flags: DoctorFlags): Promise<void>;
}

export interface ProgramText {
  readonly version: string;
  readonly out: (text: string) => void;
  /** Columns that help may take. */
  readonly columns: number;
}

const TURN_TEXT = "TURN server for who finds no direct way, such as turn:turn.example.org:3478; may be given several times";
const TURN_SECRET_TEXT = "file with the secret that it shares with this relay (default: RANGECAST_TURN_SECRET)";

/** Help wider than this is hard to read. */
const MAX_HELP_COLUMNS = 120;

/** Parsing throws CommanderError instead of ending the process; nothing is written but help and version. */
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
    .description("Streams files from the disk of one computer to a browser, or another computer, anywhere, peer to peer.")
    .helpCommand("help [command]", "print the help of a command")
    .addHelpText("after", `\n${LEGEND}`);
  common(shareOptions(program.command("share"))).action((path: string, flags: ShareFlags) => actions.share(path, flags));
  common(getOptions(program.command("get"))).action((link: string | undefined, flags: GetFlags) => actions.get(link, flags));
  common(relayOptions(program.command("relay"))).action((flags: RelayFlags) => actions.relay(flags));
  common(doctorOptions(program.command("doctor"))).action((link: string | undefined, flags: DoctorFlags) => actions.doctor(link, flags));
  return program;
}

function shareOptions(command: Command): Command {
  return command
    .description("Shares a file until Ctrl-C: prints a link; whoever opens it watches, seeks and downloads.")
    .argument("<file>", "the file to share")
    .option(
      "-p, --port <number>",
      `port of relay and page; 0: any that is free (default: ${DEFAULT_PORT}, or any if that is in use)`,
      parsePort,
    )
    .option("--host <host>", "address or name to listen on (default: this computer only; with a certificate, all)", parseHost)
    .option("-n, --name <name>", "name that viewers see (default: the file's)", parseName)
    .option("--relay <url>", "relay to use instead of an own; kept for the next time", parseOrigin)
    .option("--no-relay", "use an own relay, and forget the kept one")
    .option("--page <url>", "where the page is served, if not by the relay; kept for the next time", parsePage)
    .option("--no-page", "use the relay's page, and forget the kept one")
    .option("--tls-cert <file>", "certificate for https, PEM", parsePath)
    .option("--tls-key <file>", "its private key, PEM, without a pass phrase", parsePath)
    .option("--udp-port <number>", "UDP port of all streams, to open in a firewall (default: any)", parseUdpPort)
    .option("--stun <url>", "STUN server; may be given several times (default: the relay's)", collectStun)
    .option("--turn <url>", TURN_TEXT, collectTurn)
    .option("--turn-secret-file <file>", TURN_SECRET_TEXT, parsePath)
    .option("--ephemeral", "keep nothing: a key of its own for this run, and no settings")
    .addOption(new Option("--json", "print a JSON object a line, and nothing else, on standard output").conflicts("quiet"))
    .option("-q, --quiet", "print the link and errors only")
    .option("-v, --verbose", "tell on standard error what goes on")
    .option("--no-qr", "no QR code")
    .addHelpText("after", `\n${EXAMPLES}\n\n${exitCodesHelp()}`);
}

function getOptions(command: Command): Command {
  return command
    .description("Fetches the file of a link, without a browser. When it was stopped, by whatever, the same command goes on where it was.")
    .argument("[link]", "the link, in quotes; without it, from RANGECAST_LINK or standard input")
    .option("-o, --out <dir>", "folder to save it in (default: this one); -: standard output", parsePath)
    .option("-n, --name <name>", "name to save it under (default: as the host calls it)", parseSaveName)
    .option("--overwrite", "replace a file of that name, once the new one is whole")
    .option("--sha256", "print the SHA-256 of the whole file")
    .addOption(new Option("--json", "print a JSON object a line, and nothing else").conflicts("quiet"))
    .option("-q, --quiet", "print only where it was saved, and errors")
    .option("-v, --verbose", "tell on standard error what goes on")
    .addHelpText("after", `\n${GET_HELP}\n\n${exitCodesHelp()}`);
}

function relayOptions(command: Command): Command {
  return command
    .description("Runs a relay alone: it introduces viewers and daemons, and carries no file bytes.")
    .option("-p, --port <number>", `port; 0: any that is free (default: ${DEFAULT_PORT})`, parsePort)
    .option("--host <host>", "address or name to listen on (default: this computer only; with a certificate, all)", parseHost)
    .option("--tls-cert <file>", "certificate for https, PEM", parsePath)
    .option("--tls-key <file>", "its private key, PEM, without a pass phrase", parsePath)
    .option("--origin <url>", "address under which others reach it, when that differs, as behind a proxy", parseOrigin)
    .option("--trust-proxy", "take the visitor's address from X-Forwarded-For: only behind a proxy that sets it")
    .option(
      "--key <key>",
      "API key for the plain protocol; may be given several times. Others can read it: better RANGECAST_RELAY_KEYS",
      collectKey,
    )
    .option("--stun <url>", "STUN server told to viewers and daemons; may be given several times", collectStun)
    .option("--turn <url>", TURN_TEXT, collectTurn)
    .option("--turn-secret-file <file>", TURN_SECRET_TEXT, parsePath)
    .option("--page", "serve the page, too", true)
    .option("--no-page", "don't serve the page")
    .addOption(new Option("--json", "print a JSON object a line, and nothing else, on standard output").conflicts("quiet"))
    .option("-q, --quiet", "print the address and errors only")
    .option("-v, --verbose", "tell on standard error what goes on")
    .addHelpText("after", `\n${exitCodesHelp()}`);
}

function doctorOptions(command: Command): Command {
  return command
    .description("Says what works between this computer, the relay and a share, and what to do about what doesn't.")
    .argument("[link]", "the link of a share to try; without it, the relay and this computer's network alone")
    .option("--relay <url>", "relay to look at (default: the one that is kept, or an own)", parseOrigin)
    .option("--no-relay", "look at an own relay, and not at the kept one")
    .option("--stun <url>", "STUN server to try beside the relay's; may be given several times", collectStun)
    .option("--json", "print a JSON object a line, and nothing else, on standard output")
    .addHelpText("after", `\n${exitCodesHelp()}`);
}

/** Why a tunnel could not be opened, and what to do. */
import { CliError } from "../failure/cli-error.ts";
import { cannotStartProgram } from "../failure/program-failure.ts";
import { asSentence, formatDuration, printable } from "../format.ts";
import type { TunnelProgram } from "./tunnel-options.ts";

const MS_PER_SECOND = 1000;
const GIVE_ADDRESS = "If it has an address that it doesn't print, give it: --tunnel-url URL.";

/** The program can't be started. @param cause the system's error */
export function cannotStart({ program, known }: TunnelProgram, cause: unknown): CliError {
  const advice = known?.install ?? "Install it, or give its whole path.";
  return cannotStartProgram({ program, reason: "tunnel-failed", role: "The tunnel's program", advice }, cause);
}

/** The program ended before its address led here. @param how a clause */
export function endedEarly({ program }: TunnelProgram, how: string, lastLines: readonly string[]): CliError {
  return new CliError("tunnel-failed", `The tunnel's program ${printable(program)} is over: ${how}. ${quoted(lastLines)}`);
}

/** The program runs, and has printed no address. @param ms how long, milliseconds */
export function noAddress({ program, known }: TunnelProgram, ms: number, lastLines: readonly string[]): CliError {
  const what = known === undefined ? "https address" : "address that a tunnel has";
  return new CliError(
    "tunnel-failed",
    `The tunnel's program ${printable(program)} has printed no ${what} within ${seconds(ms)}. ${GIVE_ADDRESS} ${quoted(lastLines)}`,
  );
}

/** An address does not lead to this program. @param found a clause: the result of the last attempt */
export function leadsElsewhere(address: string, ms: number, found: string, program: TunnelProgram | undefined): CliError {
  const advice =
    program === undefined
      ? "Check that the tunnel runs, and that it leads to the port of this share (--port)."
      : "Check the address, and that the tunnel leads to the port in its arguments.";
  return new CliError("tunnel-failed", `${address} doesn't lead to this computer after ${seconds(ms)}: ${asSentence(found)} ${advice}`);
}

function seconds(ms: number): string {
  return formatDuration(ms / MS_PER_SECOND);
}

function quoted(lines: readonly string[]): string {
  return lines.length === 0 ? "It printed nothing." : `Its last lines: ${lines.map((line) => printable(line.trim())).join(" / ")}`;
}

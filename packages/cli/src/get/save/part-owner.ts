/*
 * Which process writes a part. It is said in the part's own name (partial-name.ts), so that taking a part over is one rename, which of two processes
 * one wins; and whether a process that is named there still lives can be looked up. Not by a lock file: one whose owner was killed must be broken, and of
 * two that break it at once both believe to hold it (proper-lockfile, besides, has had no release since 2021, and waits 10 s after a kill).
 */
import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { systemCode } from "../../failure/cli-error.ts";

export interface PartOwner {
  /** Tells machines, and containers with process numbers of their own, apart. 8 hex digits. */
  readonly machine: string;
  readonly pid: number;
  /** When it was started, in a unit of the system's own, base 36; "0" where the system does not tell: a number may be another process's by now. */
  readonly start: string;
}

/** How often the owner touches its part, milliseconds: those who can't look its process up go by that. */
export const TOUCH_MS = 15_000;
/** A part that was not touched for so long has no owner any more, milliseconds. */
const ABANDONED_MS: number = 4 * TOUCH_MS;

const MACHINE_DIGITS = 8;
const BASE = 36;
export const OWNER_PATTERN: string = `[0-9a-f]{${MACHINE_DIGITS}}-\\d{1,10}-[0-9a-z]{1,12}`;

export function thisProcess(): PartOwner {
  return { machine: machineDigits(), pid: process.pid, start: startOf(process.pid) ?? "0" };
}

export function formatOwner({ machine, pid, start }: PartOwner): string {
  return `${machine}-${pid}-${start}`;
}

/** @param text fits {@link OWNER_PATTERN} */
export function parseOwner(text: string): PartOwner {
  const [machine = "", pid = "", start = ""] = text.split("-");
  return { machine, pid: Number(pid), start };
}

/** Whether the process still runs. @param touchedMs when it last touched its part, milliseconds since 1970 */
export function isAlive({ machine, pid, start }: PartOwner, touchedMs: number): boolean {
  const touched = Math.abs(Date.now() - touchedMs) < ABANDONED_MS;
  if (machine !== machineDigits()) return touched;
  const now = startOf(pid);
  if (now !== undefined && start !== "0") return now === start;
  return processExists(pid) && touched;
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process may be looked for, and not signalled.
    return systemCode(error) === "EPERM";
  }
}

/** Field 22 of proc(5)'s stat, behind the name in parentheses. "" where there is no such process; undefined where the system has no such file. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[START_FIELD - FIRST_FIELD];
    return Number(ticks).toString(BASE);
  } catch {
    return hasProc() ? "" : undefined;
  }
}

const START_FIELD = 22;
/** Number of the first field behind the name. */
const FIRST_FIELD = 3;

function hasProc(): boolean {
  try {
    readFileSync("/proc/self/stat");
    return true;
  } catch {
    return false;
  }
}

function machineDigits(): string {
  let space = "";
  try {
    // The same number is another process in another space of process numbers, as containers have.
    space = readlinkSync("/proc/self/ns/pid");
  } catch {
    // Linux alone has these.
  }
  return createHash("sha256").update(`${hostname()}\n${space}`).digest("hex").slice(0, MACHINE_DIGITS);
}

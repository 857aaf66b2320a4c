/* The SCTP peer in C on usrsctp (e2e/peers/usrsctp), built where gcc and the library's header are installed. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildProgram } from "./built-program.ts";

const SOURCE = fileURLToPath(new URL("../../peers/usrsctp", import.meta.url));
/** Where Debian's libusrsctp-dev puts it. */
const HEADER = "/usr/include/usrsctp.h";
const BUILD_TIMEOUT_MS = 60_000;

const gccVersion = spawnSync("gcc", ["--version"], { encoding: "utf8" });
/** Whether the tests with usrsctp can run here; where not, they say that they were skipped. */
export const usrsctpIsInstalled: boolean = gccVersion.status === 0 && existsSync(HEADER);

let building: Promise<string> | undefined;

/** Builds the peer, once for each state of its source. @returns its path; undefined where usrsctp isn't installed */
export async function buildUsrsctp(): Promise<string | undefined> {
  if (!usrsctpIsInstalled) return undefined;
  building ??= buildProgram({
    name: "usrsctp-peer",
    folder: SOURCE,
    reads: (file) => /\.[ch]$/u.test(file),
    compiler: gccVersion.stdout,
    command: (output) => ["gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-o", output, "peer.c", "sha256.c", "-lusrsctp"],
    timeoutMs: BUILD_TIMEOUT_MS,
  });
  return building;
}

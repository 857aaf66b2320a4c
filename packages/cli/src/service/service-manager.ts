/** How each system starts a program at log-in: the file that says so, and the commands that make it count. */
import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import { logFileOf } from "../background/share-in-background.ts";
import { AGENT_LABEL, launchdAgent } from "./launchd.ts";
import type { ServiceProgram } from "./service-program.ts";
import { systemdUnit, UNIT_NAME } from "./systemd.ts";
import { TASK_NAME, windowsTask } from "./windows-task.ts";

/** A command and its arguments. */
export type CommandLine = readonly [string, ...string[]];

export interface ServiceManager {
  /** For messages. */
  readonly name: string;
  readonly file: string;
  readonly content: string;
  /** UTF-16 with a byte order mark is what schtasks.exe reads. */
  readonly encoding: "utf8" | "utf16le";
  /** In this order. */
  readonly install: readonly CommandLine[];
  readonly uninstall: readonly CommandLine[];
  /** Succeeds if the service runs. */
  readonly status: CommandLine;
  /** What the user may want to do, too. */
  readonly hint?: string;
}

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  readonly stateFolder: string;
  readonly user: string;
  readonly uid: number;
}

export function surroundings(env: NodeJS.ProcessEnv, stateFolder: string): Surroundings {
  const { username, uid } = userInfo();
  const domain = env["USERDOMAIN"];
  const user = domain === undefined ? username : `${domain}\\${username}`;
  return { platform: process.platform, env, home: homedir(), stateFolder, user, uid };
}

/** @returns undefined for a system that isn't known */
export function serviceManager(program: ServiceProgram, around: Surroundings): ServiceManager | undefined {
  if (around.platform === "linux") return systemd(program, around);
  if (around.platform === "darwin") return launchd(program, around);
  return around.platform === "win32" ? taskScheduler(program, around) : undefined;
}

function systemd(program: ServiceProgram, { env, home, user }: Surroundings): ServiceManager {
  const config = env["XDG_CONFIG_HOME"];
  const folder = config === undefined || config === "" ? join(home, ".config") : config;
  const run = (...args: string[]): CommandLine => ["systemctl", "--user", ...args];
  return {
    name: "systemd",
    file: join(folder, "systemd", "user", UNIT_NAME),
    content: systemdUnit(program),
    encoding: "utf8",
    install: [run("daemon-reload"), run("enable", "--now", UNIT_NAME)],
    uninstall: [run("disable", "--now", UNIT_NAME), run("daemon-reload")],
    status: run("is-active", "--quiet", UNIT_NAME),
    hint: `To share also while you are logged out: loginctl enable-linger ${user}`,
  };
}

function launchd(program: ServiceProgram, { home, stateFolder, uid }: Surroundings): ServiceManager {
  const file = join(home, "Library", "LaunchAgents", `${AGENT_LABEL}.plist`);
  return {
    name: "launchd",
    file,
    content: launchdAgent(program, logFileOf(stateFolder)),
    encoding: "utf8",
    install: [["launchctl", "bootstrap", `gui/${uid}`, file]],
    uninstall: [["launchctl", "bootout", `gui/${uid}/${AGENT_LABEL}`]],
    status: ["launchctl", "print", `gui/${uid}/${AGENT_LABEL}`],
  };
}

function taskScheduler(program: ServiceProgram, { stateFolder, user }: Surroundings): ServiceManager {
  const file = join(stateFolder, "service-task.xml");
  return {
    name: "the Task Scheduler",
    file,
    content: windowsTask(program, user),
    encoding: "utf16le",
    install: [
      ["schtasks", "/Create", "/F", "/TN", TASK_NAME, "/XML", file],
      ["schtasks", "/Run", "/TN", TASK_NAME],
    ],
    uninstall: [["schtasks", "/Delete", "/F", "/TN", TASK_NAME]],
    status: ["schtasks", "/Query", "/TN", TASK_NAME],
  };
}

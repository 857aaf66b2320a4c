/** `rangecast service install`, `status` and `uninstall`. */
import { access, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { systemErrorWords } from "@rangecast/daemon";
import { userFolders } from "../config/folders.ts";
import type { Context } from "../context.ts";
import { CliError } from "../failure/cli-error.ts";
import { type ExitCode, exitCodeOf } from "../failure/exit-code.ts";
import { printablePath } from "../format.ts";
import { openKnownLinks } from "../list/known-links.ts";
import { SERVICE_PLACE } from "../background/keep-messages.ts";
import { connectTo } from "../local-socket/place.ts";
import { openSocketFolder } from "../local-socket/socket-folder.ts";
import { runCommand } from "./run-command.ts";
import { type CommandLine, type ServiceManager, serviceManager, surroundings } from "./service-manager.ts";
import { serviceProgram } from "./service-program.ts";

/** Has the system share what is kept at each log-in, and from now on. @throws CliError */
export async function installService({ env, terminal }: Context): Promise<ExitCode> {
  const manager = await managerOf(env);
  await write(manager);
  terminal.print(`Written: ${printablePath(manager.file)}`);
  const undone = await runAll(manager.install);
  if (undone.length > 0) {
    throw new CliError(
      "service-failed",
      `${manager.name} could not be told about it (${undone[0]?.why}). To do it yourself: ${undone.map(({ text }) => text).join(" && ")}`,
    );
  }
  terminal.print(`What is kept is shared now, and after each log-in. To keep something: rangecast share --background PATH`);
  if (manager.hint !== undefined) terminal.print(manager.hint);
  return exitCodeOf("ok");
}

/** Undoes {@link installService}. What is kept stays kept. @throws CliError */
export async function uninstallService({ env, terminal }: Context): Promise<ExitCode> {
  const manager = await managerOf(env);
  if (!(await exists(manager.file))) {
    terminal.print("The service is not installed.");
    return exitCodeOf("ok");
  }
  const undone = await runAll(manager.uninstall);
  await rm(manager.file, { force: true });
  terminal.print(`Removed: ${printablePath(manager.file)}`);
  for (const { text, why } of undone) terminal.warn(`rangecast: ${text} failed (${why}).`);
  return exitCodeOf("ok");
}

/** @throws CliError */
export async function showService({ env, terminal }: Context): Promise<ExitCode> {
  const manager = await managerOf(env);
  const installed = await exists(manager.file);
  const [command, ...args] = manager.status;
  const started = installed && (await runCommand(command, args)).result === "ok";
  const { stateFolder } = await userFolders();
  const running = await connectTo(await openSocketFolder(stateFolder), SERVICE_PLACE);
  running?.destroy();
  const kept = ((await (await openKnownLinks())?.list()) ?? []).filter(({ keep, ended }) => keep && ended === undefined).length;
  terminal.print(
    [
      installed
        ? `Installed: ${printablePath(manager.file)}`
        : "Not installed: what is kept is not shared after a restart. To install it: rangecast service install",
      ...(installed ? [`${manager.name}: ${started ? "running" : "not running"}`] : []),
      `In the background: ${running === undefined ? "no process" : "a process runs"}`,
      `Kept: ${kept === 1 ? "1 share" : `${kept} shares`}. To see them: rangecast list`,
    ].join("\n"),
  );
  return exitCodeOf("ok");
}

async function managerOf(env: NodeJS.ProcessEnv): Promise<ServiceManager> {
  const { stateFolder } = await userFolders();
  const manager = serviceManager(serviceProgram(env), surroundings(env, stateFolder));
  if (manager === undefined)
    throw new CliError("usage", 'This system is not known here. Have it run "rangecast service run" when you log in.');
  return manager;
}

async function write({ file, content, encoding }: ServiceManager): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, encoding === "utf16le" ? `\uFEFF${content}` : content, encoding);
  } catch (cause) {
    throw new CliError("bad-config", `${printablePath(file)} can't be written: ${systemErrorWords(cause)}. Check its folder.`, { cause });
  }
}

/** @returns the commands from the first that failed on */
async function runAll(commands: readonly CommandLine[]): Promise<Array<{ readonly text: string; readonly why: string }>> {
  for (const [index, [command, ...args]] of commands.entries()) {
    const { result, output } = await runCommand(command, args);
    if (result === "ok") continue;
    const why = result === "missing" ? `there is no program ${command}` : (output.split("\n")[0] ?? "it failed");
    return commands.slice(index).map((words) => ({ text: words.join(" "), why }));
  }
  return [];
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

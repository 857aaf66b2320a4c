/** `rangecast config`: shows and changes the saved settings. */
import { InvalidArgumentError } from "commander";
import { userFolders } from "./folders.ts";
import type { Context } from "../context.ts";
import { CliError } from "../failure/cli-error.ts";
import { type ExitCode, exitCodeOf } from "../failure/exit-code.ts";
import { type Config, CONFIG_FIELDS, CONFIG_KEYS, readConfig, updateConfig } from "./config-file.ts";

export type ConfigKey = keyof Config;

export interface ConfigListFlags {
  readonly json?: boolean;
}

/** The key of a setting. @throws InvalidArgumentError that names all keys */
export function parseConfigKey(text: string): ConfigKey {
  const key = CONFIG_KEYS.find((known) => known === text);
  if (key === undefined) throw new InvalidArgumentError(`There is no such setting. Settings: ${CONFIG_KEYS.join(", ")}.`);
  return key;
}

/** Prints all settings. With `--json`, one object that has only those with a value. */
export async function listConfig({ json }: ConfigListFlags, { terminal }: Context): Promise<ExitCode> {
  const config = await readConfig((await userFolders()).configFile);
  if (json === true) terminal.print(JSON.stringify(config));
  else for (const key of CONFIG_KEYS) terminal.print(`${key.padEnd(7)}${config[key] ?? `(not set: ${CONFIG_FIELDS[key].meaning})`}`);
  return exitCodeOf("ok");
}

/** Prints the value of one setting. @throws CliError `not-set` */
export async function getConfig(key: ConfigKey, { terminal }: Context): Promise<ExitCode> {
  const value = (await readConfig((await userFolders()).configFile))[key];
  if (value === undefined) throw new CliError("not-set", `No ${key} is saved. To save one: rangecast config set ${key} VALUE`);
  terminal.print(value);
  return exitCodeOf("ok");
}

/** Saves a value. @throws CliError `usage` for an invalid one; `bad-config` */
export async function setConfig(key: ConfigKey, text: string, { terminal }: Context): Promise<ExitCode> {
  const { configFile } = await userFolders();
  const value = parseValue(key, text);
  const changed = await updateConfig(configFile, { [key]: value });
  terminal.print(changed ? `Saved in ${configFile}: ${key} ${value}` : `It was already saved in ${configFile}: ${key} ${value}`);
  return exitCodeOf("ok");
}

/** Removes a value, if there is one. @throws CliError `bad-config` */
export async function unsetConfig(key: ConfigKey, { terminal }: Context): Promise<ExitCode> {
  const { configFile } = await userFolders();
  const changed = await updateConfig(configFile, { [key]: null });
  terminal.print(changed ? `Removed from ${configFile}: ${key}` : `No ${key} is saved in ${configFile}.`);
  return exitCodeOf("ok");
}

function parseValue(key: ConfigKey, text: string): string {
  try {
    return CONFIG_FIELDS[key].parse(text);
  } catch (cause) {
    throw new CliError("usage", `${key}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

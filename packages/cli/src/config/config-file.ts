/** The settings saved between runs: which relay and page to use, and how others reach a share without a relay. A small JSON file that users may edit. */
import { readFile } from "node:fs/promises";
import { systemErrorWords, whileLocked, writePrivateFile } from "@rangecast/daemon";
import * as v from "valibot";
import { CliError, systemCode } from "../failure/cli-error.ts";
import { parseReach } from "../reach/reach-setting.ts";
import { parseOrigin, parsePage } from "../usage/option-values.ts";

export interface Config {
  /** Origin of the relay to use instead of the built-in one. */
  readonly relay?: string;
  /** Where the page is served, if not by the relay. */
  readonly page?: string;
  /** How others reach a share without a relay elsewhere: see parseReach. */
  readonly reach?: string;
}

/** The settings that are addresses. */
export type AddressKey = "relay" | "page";
export const ADDRESS_KEYS: readonly AddressKey[] = ["relay", "page"];

/** A setting that `rangecast config` saves. */
export interface ConfigField {
  /** @throws Error for an invalid value, with what is expected */
  readonly parse: (text: string) => string;
  readonly meaning: string;
}

/** All settings, in the order in which they are listed. */
export const CONFIG_FIELDS: Readonly<Record<keyof Config, ConfigField>> = {
  relay: { parse: parseOrigin, meaning: "the relay to use instead of the built-in one" },
  page: { parse: parsePage, meaning: "where the page is served, if not by the relay" },
  reach: { parse: parseReach, meaning: "how others reach a share without a relay: this-computer, this-network or a tunnel's name" },
};

export const CONFIG_KEYS: readonly (keyof Config)[] = ["relay", "page", "reach"];

const parsed = (parse: (text: string) => string): v.GenericSchema<string, string> =>
  v.pipe(
    v.string(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      try {
        return parse(dataset.value);
      } catch (error) {
        addIssue({ message: error instanceof Error ? error.message : String(error) });
        return NEVER;
      }
    }),
  );

/** The values to save; `null` removes a saved value. */
export interface ConfigChange {
  readonly relay?: string | null | undefined;
  readonly page?: string | null | undefined;
  readonly reach?: string | null | undefined;
}

// Unknown fields, for example of a newer version, are kept when the file is written.
const ConfigSchema = v.looseObject({
  relay: v.optional(parsed(CONFIG_FIELDS.relay.parse)),
  page: v.optional(parsed(CONFIG_FIELDS.page.parse)),
  reach: v.optional(parsed(CONFIG_FIELDS.reach.parse)),
});
type StoredConfig = v.InferOutput<typeof ConfigSchema>;

/**
 * Reads the settings. A missing file counts as empty.
 * @throws CliError `bad-config`, whose message names the file and the field
 */
export async function readConfig(path: string): Promise<Config> {
  const { relay, page, reach } = await readStored(path);
  return { ...(relay === undefined ? {} : { relay }), ...(page === undefined ? {} : { page }), ...(reach === undefined ? {} : { reach }) };
}

/**
 * Saves the given values, removes those that are `null`, and leaves the others as they are.
 * @returns whether the file changed
 * @throws CliError `bad-config`
 */
export async function updateConfig(path: string, change: ConfigChange): Promise<boolean> {
  if (changed(await readStored(path), change) === undefined) return false;
  // Under a lock, so that two processes that save different settings at once don't overwrite each other's.
  return whileLocked(path, () => applyChange(path, change));
}

/** @returns undefined if the change has no effect */
function changed(before: StoredConfig, change: ConfigChange): StoredConfig | undefined {
  const after = { ...before };
  for (const field of CONFIG_KEYS) {
    const value = change[field];
    if (value === null) delete after[field];
    else if (value !== undefined) after[field] = value;
  }
  return CONFIG_KEYS.every((field) => after[field] === before[field]) ? undefined : after;
}

async function applyChange(path: string, change: ConfigChange): Promise<boolean> {
  const after = changed(await readStored(path), change);
  if (after === undefined) return false;
  try {
    await writePrivateFile(path, `${JSON.stringify(after, undefined, 2)}\n`);
  } catch (cause) {
    throw new CliError("bad-config", `The config file ${path} can't be written: ${systemErrorWords(cause)}. Check its folder.`, { cause });
  }
  return true;
}

async function readStored(path: string): Promise<StoredConfig> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return {};
    throw new CliError("bad-config", `The config file ${path} can't be read: ${systemErrorWords(cause)}. Check its permissions.`, {
      cause,
    });
  }
  return parseStored(path, text);
}

function parseStored(path: string, text: string): StoredConfig {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new CliError("bad-config", `The config file ${path} isn't valid JSON. Fix it, or delete it to start with empty settings.`, {
      cause,
    });
  }
  const result = v.safeParse(ConfigSchema, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue);
  const where = field === null ? "" : ` in "${field}"`;
  throw new CliError("bad-config", `The config file ${path} has an invalid value${where}: ${issue.message} Fix it, or delete the file.`);
}

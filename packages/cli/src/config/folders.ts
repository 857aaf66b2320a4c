import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { CliError } from "../failure/cli-error.ts";
import { isNotUtf8 } from "../paths.ts";

/** Where this user's settings and keys lie, by the platform's own custom (XDG on Linux). */
export interface Folders {
  /** The settings: kept relay and page. */
  readonly configFile: string;
  /** The daemon's key, which proves that a share is ours, and the keys of the links. Nobody else may read them. */
  readonly stateFolder: string;
}

const NAME_OTHERS = "Set HOME, or XDG_CONFIG_HOME and XDG_DATA_HOME, to folders that rangecast can use.";

/** @throws CliError `bad-config` where there is no home folder, or none that can be used */
export async function userFolders(home: () => string = homedir): Promise<Folders> {
  let folder;
  try {
    folder = home();
  } catch (cause) {
    throw new CliError("bad-config", `This user has no home folder, where settings and keys are kept. ${NAME_OTHERS}`, { cause });
  }
  // It asks for the home folder as soon as it is loaded, and throws where there is none.
  const { default: envPaths } = await import("env-paths");
  const { config, data } = envPaths("rangecast", { suffix: "" });
  for (const path of [config, data]) {
    // The name of the folder above is what the user gave; the rest is made by rangecast.
    if (path.startsWith(folder) ? isNotUtf8(folder) : isNotUtf8(join(path, ".."))) {
      throw new CliError(
        "bad-config",
        `Settings and keys can't be kept in ${path}: its name is not valid UTF-8 (shown as \uFFFD). ${NAME_OTHERS}`,
      );
    }
    if (!isAbsolute(path))
      throw new CliError("bad-config", `Settings and keys can't be kept in ${path}, which is not a whole path. ${NAME_OTHERS}`);
  }
  return { configFile: join(config, "config.json"), stateFolder: data };
}

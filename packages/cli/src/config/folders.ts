import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { CliError } from "../failure/cli-error.ts";
import { isNotUtf8 } from "../paths.ts";

/** Where this user's settings and keys are stored, by the platform's convention (XDG on Linux). */
export interface Folders {
  /** The settings: saved relay and page. */
  readonly configFile: string;
  /** The daemon's private key, which identifies it as the host of its shares, and the secrets of the links. Readable by the owner only. */
  readonly stateFolder: string;
}

const SET_FOLDERS = "Set HOME, or XDG_CONFIG_HOME and XDG_DATA_HOME, to folders that rangecast can use.";

/** @throws CliError `bad-config` if there is no usable home folder */
export async function userFolders(home: () => string = homedir): Promise<Folders> {
  let folder;
  try {
    folder = home();
  } catch (cause) {
    throw new CliError("bad-config", `This user has no home folder to keep settings and keys in. ${SET_FOLDERS}`, { cause });
  }
  // Imported here because it looks up the home folder when it is loaded, and throws if there is none.
  const { default: envPaths } = await import("env-paths");
  const { config, data } = envPaths("rangecast", { suffix: "" });
  for (const path of [config, data]) {
    // Only the user's part of the path can be invalid; rangecast chooses the rest.
    if (path.startsWith(folder) ? isNotUtf8(folder) : isNotUtf8(join(path, ".."))) {
      throw new CliError(
        "bad-config",
        `Settings and keys can't be kept in ${path}: its name is not valid UTF-8 (shown as \uFFFD). ${SET_FOLDERS}`,
      );
    }
    if (!isAbsolute(path))
      throw new CliError("bad-config", `Settings and keys can't be kept in ${path}, because that is not an absolute path. ${SET_FOLDERS}`);
  }
  return { configFile: join(config, "config.json"), stateFolder: data };
}

import { join } from "node:path";
import envPaths from "env-paths";

/** Where this user's settings and keys lie, by the platform's own custom (XDG on Linux). */
export interface Folders {
  /** The settings: kept relay and page. */
  readonly configFile: string;
  /** The daemon's key, which proves that a share is ours, and the keys of the links. Nobody else may read them. */
  readonly stateFolder: string;
}

export function userFolders(): Folders {
  const paths = envPaths("rangecast", { suffix: "" });
  return { configFile: join(paths.config, "config.json"), stateFolder: paths.data };
}

/* Paths in a shared folder, percent-encoded as in a URL. That of the root is empty. */
import { encodePath, pathBytes } from "../../shared/resource-url.ts";

export const ROOT_PATH = "";

/** The path of a folder's entry. @param name percent-encoded */
export function childPath(folder: string, name: string): string {
  return folder === ROOT_PATH ? name : `${folder}/${name}`;
}

/** The path of the folder that holds it. That of the root is the root. */
export function parentPath(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** The last name of a path, percent-encoded. */
export function lastName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The paths from the first folder below the root to this one. */
export function pathsTo(path: string): readonly string[] {
  const names = path === ROOT_PATH ? [] : path.split("/");
  return names.map((_name, index) => names.slice(0, index + 1).join("/"));
}

/** A percent-encoded name as text. Bytes that are not UTF-8 become U+FFFD. */
export function textOf(name: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(pathBytes(name));
}

/** A percent-encoded path as this page writes it, so that paths can be compared. Undefined if no file can have it. */
export function canonicalPath(path: string): string | undefined {
  const bytes = pathBytes(path);
  const canonical = bytes && encodePath(bytes);
  if (canonical === undefined || canonical === ROOT_PATH) return canonical;
  const names = canonical.split("/");
  return names.some((name) => name === "" || name === "." || name === ".." || name.includes("%00")) ? undefined : canonical;
}

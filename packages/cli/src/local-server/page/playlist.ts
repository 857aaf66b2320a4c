/** The playlist of a folder, for players: M3U with UTF-8 names, as VLC, mpv and televisions read it. */
import { mediaKind, safeContentType } from "@rangecast/http";
import { printable } from "../../format.ts";
import type { ShownFolder } from "../local-content.ts";

/** Behind the address of a folder. */
export const PLAYLIST_QUERY = "?playlist.m3u8";
export const PLAYLIST_TYPE = "audio/x-mpegurl; charset=utf-8";

/** The films and the music of a folder, in its order. @param folderUrl its address, which ends with a slash: not all players resolve relative ones */
export function renderPlaylist({ entries }: ShownFolder, folderUrl: string): string {
  const played = entries.filter(({ kind, name }) => kind === "file" && isPlayed(name));
  return ["#EXTM3U", ...played.flatMap(({ name, href }) => [`#EXTINF:-1,${printable(name)}`, `${folderUrl}${href}`]), ""].join("\n");
}

export function isPlayed(name: string): boolean {
  const kind = mediaKind(safeContentType(undefined, name));
  return kind === "video" || kind === "audio";
}

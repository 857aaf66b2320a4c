/** Containers that can be repackaged in the browser (../remux). */
const REMUXABLE: ReadonlySet<string> = new Set([
  "video/mp4",
  "video/quicktime",
  "video/x-matroska",
  "video/webm",
  "video/mp2t",
  "video/3gpp",
]);

/** @param contentType of the film */
export function isRemuxable(contentType: string): boolean {
  // iPhones have only ManagedMediaSource, for which remuxing isn't written.
  return "MediaSource" in globalThis && REMUXABLE.has(contentType);
}

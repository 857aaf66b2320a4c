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

/**
 * Firefox plays Matroska, but after a seek it shows a frame that is up to five frames too early (measured with 153, in films with B-frames). Only Firefox has
 * that property.
 */
export function isImprecise(contentType: string): boolean {
  return contentType === "video/x-matroska" && "mozHasAudio" in HTMLVideoElement.prototype;
}

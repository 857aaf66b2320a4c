/** Number of frames that are kept. A frame may be removed once its download has begun, but not before its response has arrived. */
const KEPT_FRAMES = 4;

/**
 * Saves a URL with the browser's own download, through a hidden frame, so that the page stays open even if it fails.
 * (Chromium doesn't send requests of an `<a download>` to the service worker.)
 */
export function saveFrom(url: string): void {
  const frame = document.createElement("iframe");
  frame.className = "saver";
  frame.hidden = true;
  frame.src = url;
  document.body.append(frame);
  const frames = document.querySelectorAll("iframe.saver");
  for (let index = 0; index < frames.length - KEPT_FRAMES; index++) frames[index]?.remove();
}

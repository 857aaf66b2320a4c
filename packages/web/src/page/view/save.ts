/** Frames that are kept: one whose download has begun can go, one whose response isn't there yet can't. */
const KEPT_FRAMES = 4;

/**
 * Saves what is at an address through the browser's own downloads, by a hidden frame: the page stays where it is, also if that fails.
 * (Chromium doesn't ask the worker for an `<a download>`.)
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

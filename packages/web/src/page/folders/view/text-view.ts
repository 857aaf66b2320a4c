/* Shows a file as text: never as a document, whatever it is. */
import { create, setText, showText } from "../../view/dom.ts";
import type { Part } from "./part.ts";

/** Bytes of a text that are shown: more takes a browser seconds to lay out. */
const MAX_TEXT_BYTES = 1_000_000;

export interface ShownText {
  readonly url: string;
  readonly size: number;
  readonly title: string;
}

export function createTextView(): Part<ShownText | undefined> {
  const root = create("div", "text-file");
  const note = create("p", "facts");
  note.setAttribute("role", "status");
  const pre = create("pre", "text");
  // It scrolls, so the keyboard must reach it.
  pre.tabIndex = 0;
  pre.setAttribute("role", "region");
  root.append(pre, note);
  let shownUrl: string | undefined;
  let loading = new AbortController();

  const load = async ({ url, size }: ShownText, signal: AbortSignal): Promise<void> => {
    const range = size > MAX_TEXT_BYTES ? { headers: { Range: `bytes=0-${MAX_TEXT_BYTES - 1}` } } : {};
    const response = await fetch(url, { signal, ...range });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const text = decodeText(new Uint8Array(await response.arrayBuffer()));
    if (signal.aborted) return;
    pre.hidden = text === undefined;
    setText(pre, text ?? "");
    showText(note, text === undefined ? "This file is not a text. Download it to open it in another program." : noteOf(size));
  };
  const render = (shown: ShownText | undefined): void => {
    root.hidden = !shown;
    if (shown?.url === shownUrl) return;
    shownUrl = shown?.url;
    loading.abort();
    loading = new AbortController();
    pre.hidden = true;
    pre.replaceChildren();
    showText(note, shown ? "Loading…" : "");
    if (!shown) return;
    pre.setAttribute("aria-label", shown.title);
    const { signal } = loading;
    load(shown, signal).catch(() => {
      if (!signal.aborted) showText(note, "The text could not be loaded. Go back to the folder and open it again.");
    });
  };
  return { element: root, render };
}

function noteOf(size: number): string {
  return size > MAX_TEXT_BYTES ? "Only the first megabyte is shown. Download the file to see all of it." : "";
}

/** UTF-8, or UTF-16 with a byte-order mark. Undefined for what is no text. */
function decodeText(bytes: Uint8Array): string | undefined {
  const mark = `${bytes[0]},${bytes[1]}`;
  if (mark === "255,254") return new TextDecoder("utf-16le").decode(bytes);
  if (mark === "254,255") return new TextDecoder("utf-16be").decode(bytes);
  return bytes.includes(0) ? undefined : new TextDecoder().decode(bytes);
}

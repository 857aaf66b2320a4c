/** The page of one file. */
import { displayName, type MediaKind, mediaKind, safeContentType } from "@rangecast/http";
import { html } from "hono/html";
import { formatBytes } from "../../format.ts";
import type { ShownFile } from "../local-content.ts";
import { renderDocument } from "./document.ts";

type Html = ReturnType<typeof html>;

/** The page of one file, as HTML. The name is escaped. */
export async function renderFile(file: ShownFile): Promise<string> {
  const name = displayName(file.name);
  const kind = mediaKind(safeContentType(file.mediaType, file.name));
  return renderDocument(
    name,
    html`<h1 dir="auto">${name}</h1>
      <p class="facts">${sizeText(file)}</p>
      ${stage(kind, file, name)}
      <p class="actions">
        <a class="button" href="${file.href}?download" download>Download</a> <a href="${file.href}">${LINK_TEXTS[kind]}</a>
      </p>
      <p class="fine-print">
        For a television, VLC or another player, use the address of the link “${LINK_TEXTS[kind]}”: press it long, or right-click it, and
        copy it.
      </p>`,
  );
}

const LINK_TEXTS: Readonly<Record<MediaKind, string>> = {
  video: "Only the film",
  audio: "Only the sound",
  image: "Only the picture",
  pdf: "Open the PDF",
  other: "The file itself",
};

function stage(kind: MediaKind, { href, size, provisional }: ShownFile, name: string): Html | string {
  if (size === 0 && provisional !== true) return html`<p class="notice">The file is empty.</p>`;
  switch (kind) {
    case "video":
      return html`<video class="stage" src="${href}" controls playsinline preload="metadata"></video>`;
    case "audio":
      return html`<audio class="sound" src="${href}" controls preload="metadata"></audio>`;
    case "image":
      return html`<img class="stage" src="${href}" alt="${name}" />`;
    case "pdf":
    case "other":
      return "";
  }
}

function sizeText({ size, provisional }: ShownFile): string {
  if (provisional !== true) return formatBytes(size);
  return size === 0 ? "size unknown" : `about ${formatBytes(size)}`;
}

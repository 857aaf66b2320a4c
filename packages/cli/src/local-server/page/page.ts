/** The page of the local server. It needs neither scripts nor a secure context: the browser plays the file by its own range requests. */
import { createHash } from "node:crypto";
import { displayName, type MediaKind, mediaKind, safeContentType } from "@rangecast/http";
import { html, raw } from "hono/html";
import { formatBytes } from "../../format.ts";
import type { ShownFile } from "../local-content.ts";
import { PAGE_STYLE } from "./style.ts";

type Html = ReturnType<typeof html>;

/** As one piece, because the policy has a hash of what is between the tags. */
const STYLE = raw(`<style>${PAGE_STYLE}</style>`);
const STYLE_HASH = createHash("sha256").update(PAGE_STYLE).digest("base64");

export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": `default-src 'none'; img-src 'self'; media-src 'self'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
};

/** The page of one file, as HTML. The name is escaped. */
export async function renderPage(file: ShownFile): Promise<string> {
  const name = displayName(file.name);
  const kind = mediaKind(safeContentType(file.mediaType, file.name));
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <meta name="robots" content="noindex" />
        <title>${name}</title>
        ${STYLE}
      </head>
      <body>
        <main>
          <h1 dir="auto">${name}</h1>
          <p class="facts">${sizeText(file)}</p>
          ${stage(kind, file, name)}
          <p class="actions">
            <a class="button" href="${file.href}?download" download>Download</a> <a href="${file.href}">${LINK_TEXTS[kind]}</a>
          </p>
          <p class="fine-print">
            For a television, VLC or another player, use the address of the link “${LINK_TEXTS[kind]}”: press it long, or right-click it,
            and copy it.
          </p>
          <p class="notice">
            This address stops working when sharing stops. The file is <strong>not encrypted</strong> on the way: anyone who can listen in
            on this network can see it, and this address as well. Anyone who has the address can open the file.
          </p>
        </main>
      </body>
    </html>`;
  return String(await page);
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

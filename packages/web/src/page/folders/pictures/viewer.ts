/* The window-filling view of a picture, with buttons and keys for the next one, zoom and download. */
import { create, setText } from "../../view/dom.ts";
import { iconButton } from "../view/toolbar-view.ts";
import { createZoomedImage } from "./zoomed-image.ts";

export interface ViewerHandlers {
  readonly onClose: () => void;
  readonly onSibling: (to: "previous" | "next") => void;
  readonly onDownload: () => void;
}

export interface ViewedPicture {
  readonly name: string;
  /** Such as `3 of 120`. */
  readonly place: string;
  readonly hasPrevious: boolean;
  readonly hasNext: boolean;
  /** Why the picture isn't shown. Empty: it is. */
  readonly problem: string;
}

export interface Viewer {
  readonly element: HTMLDialogElement;
  /** @param image is put into the viewer */
  readonly render: (picture: ViewedPicture | undefined, image: HTMLImageElement) => void;
}

export function createViewer({ onClose, onSibling, onDownload }: ViewerHandlers): Viewer {
  const dialog = create("dialog", "viewer");
  const name = create("span", "viewer-name");
  name.dir = "auto";
  const place = create("span", "viewer-place");
  const title = create("p", "viewer-title");
  title.setAttribute("role", "status");
  title.append(name, place);
  const problem = create("p", "viewer-problem");
  problem.setAttribute("role", "alert");
  const farther = iconButton("farther", "Zoom out");
  const closer = iconButton("closer", "Zoom in");
  const download = iconButton("download", "Download");
  const close = iconButton("close", "Close");
  const previous = iconButton("previous", "Previous picture");
  const next = iconButton("next", "Next picture");
  previous.classList.add("viewer-previous");
  next.classList.add("viewer-next");
  const zoomed = createZoomedImage(onSibling, (scale) => (farther.disabled = scale === 1));
  farther.disabled = true;
  const bar = create("div", "viewer-bar");
  bar.append(title, farther, closer, download, close);
  dialog.append(bar, zoomed.frame, problem, previous, next);
  farther.addEventListener("click", zoomed.farther);
  closer.addEventListener("click", zoomed.closer);
  download.addEventListener("click", () => onDownload());
  close.addEventListener("click", () => onClose());
  previous.addEventListener("click", () => onSibling("previous"));
  next.addEventListener("click", () => onSibling("next"));
  // Escape: the page's state closes it.
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    onClose();
  });
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => onSibling("previous"),
    ArrowRight: () => onSibling("next"),
    "+": zoomed.closer,
    "=": zoomed.closer,
    "-": zoomed.farther,
    "0": zoomed.whole,
  };
  dialog.addEventListener("keydown", (event) => {
    const action = Object.hasOwn(keys, event.key) && !event.ctrlKey && !event.metaKey && !event.altKey ? keys[event.key] : undefined;
    if (!action) return;
    event.preventDefault();
    action();
  });

  return {
    element: dialog,
    render: (picture, image) => {
      if (!picture) {
        if (dialog.open) dialog.close();
        return zoomed.show(undefined);
      }
      if (!dialog.open) {
        dialog.showModal();
        zoomed.frame.focus();
      }
      if (image.parentElement !== zoomed.frame) zoomed.show(image);
      dialog.setAttribute("aria-label", picture.name);
      setText(name, picture.name);
      setText(place, picture.place);
      setText(problem, picture.problem);
      previous.disabled = !picture.hasPrevious;
      next.disabled = !picture.hasNext;
    },
  };
}

/* A picture of a folder: on the page below its name, or filling the window. It is one image that moves, so that it is read once. */
import { create } from "../../view/dom.ts";
import type { Siblings } from "../list/siblings.ts";
import { createIcon } from "../view/icons.ts";
import type { Part } from "../view/part.ts";
import { createViewer, type ViewedPicture, type ViewerHandlers } from "./viewer.ts";

export interface PictureHandlers extends ViewerHandlers {
  readonly onEnlarge: () => void;
  readonly onFailed: () => void;
}

export interface ShownPicture {
  readonly name: string;
  /** Undefined: it isn't to be read, or could not be shown. */
  readonly url: string | undefined;
  readonly failed: boolean;
  readonly enlarged: boolean;
  readonly siblings: Siblings | undefined;
}

const FAILED = "This picture can't be shown. Download it to open it in another program.";
const NOT_READ = "This picture is large. Close this view to choose whether to show or download it.";

export function createPictureView(handlers: PictureHandlers): Part<ShownPicture | undefined> {
  const root = create("div", "picture-file");
  const button = create("button", "picture");
  button.type = "button";
  button.title = "Enlarge";
  const mark = create("span", "picture-mark");
  mark.append(createIcon("enlarge"));
  const viewer = createViewer(handlers);
  root.append(button, viewer.element);
  button.addEventListener("click", () => handlers.onEnlarge());
  let image = new Image();
  let shownUrl: string | undefined;

  const setImage = (url: string | undefined, name: string): void => {
    shownUrl = url;
    // Stops the reading of the one before.
    image.removeAttribute("src");
    image.remove();
    image = new Image();
    image.alt = name;
    image.draggable = false;
    const shown = image;
    image.addEventListener("error", () => shown === image && handlers.onFailed());
    if (url !== undefined) image.src = url;
  };
  return {
    element: root,
    render: (picture) => {
      root.hidden = !picture;
      if (picture?.url !== shownUrl) setImage(picture?.url, picture?.name ?? "");
      viewer.render(picture?.enlarged ? viewedPicture(picture) : undefined, image);
      button.hidden = picture?.url === undefined;
      if (picture?.url !== undefined && !picture.enlarged && image.parentElement !== button) button.replaceChildren(image, mark);
    },
  };
}

function viewedPicture({ name, url, failed, siblings }: ShownPicture): ViewedPicture {
  return {
    name,
    place: siblings ? `${siblings.place} of ${siblings.count}` : "",
    hasPrevious: siblings?.previous !== undefined,
    hasNext: siblings?.next !== undefined,
    problem: url !== undefined ? "" : failed ? FAILED : NOT_READ,
  };
}

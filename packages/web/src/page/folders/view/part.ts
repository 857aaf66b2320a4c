/** A part of the page that this script adds to it. */
export interface Part<Shown> {
  readonly element: HTMLElement;
  readonly render: (shown: Shown) => void;
}

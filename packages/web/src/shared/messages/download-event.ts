/** Progress of a download that the engine serves. `taken` and `total` are bytes; `total` is undefined if the size is provisional. */
export type DownloadEvent =
  | { readonly type: "download-started"; readonly id: number; readonly total: number | undefined }
  | { readonly type: "download-progress"; readonly id: number; readonly taken: number; readonly bytesPerSecond: number }
  | { readonly type: "download-ended"; readonly id: number; readonly phase: "done" | "cancelled" | "failed" };

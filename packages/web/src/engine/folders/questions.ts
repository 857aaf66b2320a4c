/* Answers the page's questions about a share of folders. */
import { ClientError, type ClientErrorReason } from "@rangecast/client";
import type { FileFacts } from "@rangecast/http";
import type { Answer, Question, QuestionFailure } from "../../shared/messages/folder-messages.ts";
import { pathBytes } from "../../shared/resource-url.ts";
import type { EngineFile } from "../connect.ts";
import { folderColumns } from "./folder-columns.ts";

/** Number of questions that may be open. The page has one, and a few more while it saves a folder: this only bounds a mistake. */
const MAX_OPEN_QUESTIONS = 16;

const FAILURES: Partial<Readonly<Record<ClientErrorReason, QuestionFailure>>> = {
  "file-gone": "not-found",
  unreadable: "unreadable",
  busy: "unreadable",
  timeout: "unreadable",
  "file-changed": "unreadable",
  unsupported: "damaged",
  "protocol-error": "damaged",
};

export interface QuestionsOptions {
  readonly file: () => Pick<EngineFile, "readFolder" | "stats"> | undefined;
  /** The facts of a file that is opened, or was opened before. */
  readonly openFile: (path: string, signal: AbortSignal) => Promise<FileFacts>;
  readonly answer: (id: number, answer: Answer) => void;
  readonly onFault: (error: unknown) => void;
}

export interface Questions {
  readonly ask: (id: number, question: Question) => void;
  readonly withdraw: (id: number) => void;
}

export function createQuestions({ file, openFile, answer, onFault }: QuestionsOptions): Questions {
  const open = new Map<number, AbortController>();

  const find = async (question: Question, signal: AbortSignal): Promise<Answer> => {
    if (question.kind === "link") return linkAnswer(file());
    const { kind, path } = question;
    if (kind === "file") return { kind, facts: await openFile(path, signal) };
    const bytes = pathBytes(path);
    const folder = file();
    if (bytes === undefined || folder === undefined) return { kind: "failed", reason: "not-found" };
    return { kind, list: folderColumns(await folder.readFolder(bytes, { signal })) };
  };
  const failed = (error: unknown): Answer => {
    if (!(error instanceof ClientError)) onFault(error);
    return { kind: "failed", reason: (error instanceof ClientError && FAILURES[error.reason]) || "failed" };
  };

  return {
    ask: (id, question) => {
      if (open.size >= MAX_OPEN_QUESTIONS) return answer(id, { kind: "failed", reason: "failed" });
      const stop = new AbortController();
      open.set(id, stop);
      void find(question, stop.signal)
        .catch(failed)
        .then((found) => {
          open.delete(id);
          answer(id, found);
        });
    },
    withdraw: (id) => open.get(id)?.abort(new ClientError("aborted", "the page no longer waits for it")),
  };
}

function linkAnswer(file: Pick<EngineFile, "stats"> | undefined): Answer {
  if (file === undefined) return { kind: "failed", reason: "failed" };
  const { receivedBytes, rttMs, windowBytes } = file.stats();
  return { kind: "link", receivedBytes, ...(rttMs === undefined ? {} : { rttMs }), ...(windowBytes === undefined ? {} : { windowBytes }) };
}

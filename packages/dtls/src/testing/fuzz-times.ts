import { env } from "node:process";

/** How many times as many runs of the property tests of hostile peers, for a longer search: DTLS_FUZZ=100 npx vitest run --project unit packages/dtls */
export const FUZZ_TIMES: number = Number(env["DTLS_FUZZ"] ?? 1);

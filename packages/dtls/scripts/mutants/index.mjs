import { HANDSHAKE_MUTANTS } from "./handshake.mjs";
import { ICE_MUTANTS } from "./ice.mjs";
import { IDENTITY_MUTANTS } from "./identity.mjs";
import { LIMIT_MUTANTS } from "./limits.mjs";
import { RECORD_MUTANTS } from "./records.mjs";

export const MUTANTS = [...IDENTITY_MUTANTS, ...HANDSHAKE_MUTANTS, ...RECORD_MUTANTS, ...LIMIT_MUTANTS, ...ICE_MUTANTS];

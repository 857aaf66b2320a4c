// npm run test:long: the tests that take too long for `npm test`: every fault, a soak, huge files, a gigabyte against the peers in Go and C.
import { testRun } from "./lib/test-run.mjs";

await testRun([["long"]]);

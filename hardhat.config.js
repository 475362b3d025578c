import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

// One file tells Hardhat and `scripts/solc` how to compile. It appends no metadata, so that the
// code, and with it the code hash that verifiers pin, changes only when the program does.
const compiler = JSON.parse(readFileSync(new URL("contracts/compiler.json", import.meta.url)));

const seed = "0x6d69616e7469";
const invariant = { depth: 60, failOnRevert: true };
const reading = { fsPermissions: { readDirectory: ["./tests/vectors/merkle"] } };

export default {
  solidity: { ...compiler, path: require.resolve("solc/soljson.js") },
  paths: {
    sources: "./contracts",
    tests: { solidity: "./contracts" },
    cache: "./cache/hardhat",
    artifacts: "./artifacts",
  },
  test: {
    solidity: {
      profiles: {
        default: { fuzz: { runs: 1000, seed }, invariant: { runs: 100, ...invariant }, ...reading },
        // What single runs reach, no more runs reach either; the instrumented code is slow.
        coverage: { fuzz: { runs: 50, seed }, invariant: { runs: 10, ...invariant }, ...reading },
      },
    },
  },
};

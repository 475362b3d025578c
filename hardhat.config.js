import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

// One file tells Hardhat and `scripts/solc` how to compile. It appends no metadata, so that the
// code, and with it the code hash that verifiers pin, changes only when the program does.
const compiler = JSON.parse(readFileSync(new URL("contracts/compiler.json", import.meta.url)));

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
      fuzz: { runs: 1000, seed: "0x6d69616e7469" },
      invariant: { runs: 100, depth: 60, failOnRevert: true },
      fsPermissions: { readDirectory: ["./tests/vectors/merkle"] },
    },
  },
};

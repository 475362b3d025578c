#!/usr/bin/env node
// The npm compiler behind the two options of the native one that py-solc-x uses: --version and
// --standard-json. (The package's own `solcjs` prints an extra line before its JSON and refuses
// --allow-paths.) Imports are not read from disk: all sources stand in the input.
"use strict";

const { readFileSync } = require("node:fs");
const compiler = require("solc");

if (process.argv.includes("--version")) {
  console.log(`solc, the solidity compiler commandline interface\nVersion: ${compiler.version()}`);
} else if (process.argv.includes("--standard-json")) {
  process.stdout.write(compiler.compile(readFileSync(0, "utf8")));
} else {
  process.stderr.write("usage: solc-standard-json.cjs --version | --standard-json < INPUT\n");
  process.exitCode = 64;
}

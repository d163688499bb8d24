#!/usr/bin/env node
require('./check-node.cjs');

// A checkout runs its sources as they are; a package has only what was compiled from them.
var source = '../cli/main.ts';
var isCheckout = require('node:fs').existsSync(require('node:path').join(__dirname, source));

if (isCheckout || !require('../dist/command/kvm-launcher.cjs').launch(process.argv.slice(2))) {
  import(isCheckout ? source : '../dist/cli/main.js').catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });
}

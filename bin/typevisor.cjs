#!/usr/bin/env node
require('./check-node.cjs');

var join = require('node:path').join;

// A checkout runs its sources as they are; a package has only what was compiled from them.
var source = '../cli/main.ts';
var isCheckout = require('node:fs').existsSync(join(__dirname, source));

// To take the types out of the sources takes longer than all else of a short command; what has been done is kept.
if (isCheckout) require('node:module').enableCompileCache(join(__dirname, '../build/compile-cache'));

if (isCheckout || !require('../dist/command/kvm-launcher.cjs').launch(process.argv.slice(2))) {
  import(isCheckout ? source : '../dist/cli/main.js').catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });
}

#!/usr/bin/env node
require('./check-node.cjs');

import('../dist/cli/main.js').catch((error) => {
  console.error(error);
  process.exitCode = 1;
});

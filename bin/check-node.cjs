// Loaded before anything else (`node --require`), so it is written for every Node there is: an old one cannot even parse
// the rest, and would say so by a stack trace.
var NEEDED = 24;

var major = parseInt(process.versions.node, 10);
if (major < NEEDED) {
  console.error(
    'typevisor: needs Node ' +
      NEEDED +
      ' or newer, and this is ' +
      process.versions.node +
      '; in a checkout `npm ci` brings its own (unless install scripts are off), elsewhere see https://nodejs.org',
  );
  process.exit(1);
}

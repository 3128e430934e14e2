/* Imported before anything else: on an older Node some of what follows does not fail, it crashes without a word. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `Bursar needs Node 22.18 or newer; this is ${process.version}. The pinned one is node_modules/.bin/node.\n`,
  );
  process.exit(1);
}

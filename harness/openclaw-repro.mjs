#!/usr/bin/env node
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 22)) {
  console.error(
    `openclaw-repro needs Node 22.22 or later, this is ${process.versions.node}. In a checkout, "npm run repro -- …" brings its own.`,
  );
  process.exit(128);
}
const { register } = await import('tsx/esm/api');
register();
await import('./cli.ts');

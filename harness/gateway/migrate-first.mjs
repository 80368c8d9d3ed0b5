/**
 * Starts a gateway that keeps its credentials in SQLite: lets OpenClaw's own commands (`doctor --fix`) bring the files of
 * HOME there first, as a user does after an upgrade, and then becomes the gateway.
 * Plain JavaScript without dependencies: it runs under whatever Node the gateway runs on.
 * Usage: node migrate-first.mjs <folder> <commands, as JSON> <launcher> <argument…>
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [folder, commands, launcher, ...args] = process.argv.slice(2);
/** A restart finds all in its place. */
const done = `${folder}/migrated`;

if (!existsSync(done)) {
  for (const command of JSON.parse(commands)) {
    const { status } = spawnSync(process.execPath, [launcher, ...command], { stdio: 'inherit' });
    if (status !== 0 && command[0] !== 'doctor') {
      console.error(`openclaw ${command.join(' ')} failed before the start of the gateway`);
      process.exit(1);
    }
  }
  writeFileSync(done, '');
  // The harness reads this file from the start, whether the gateway is a process or a container.
  appendFileSync(`${folder}/egress.jsonl`, '{"migrated":true}\n');
}
process.argv = [process.execPath, launcher, ...args];
await import(pathToFileURL(launcher).href);

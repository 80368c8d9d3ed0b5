/**
 * Starts a gateway that keeps its credentials in SQLite: lets OpenClaw's own commands (`doctor --fix`) bring the files of
 * HOME there first, as a user does after an upgrade, and then becomes the gateway.
 * Plain JavaScript without dependencies: it runs under whatever Node the gateway runs on.
 * What they made of HOME is copied to `<folder>/migrated-home` before the gateway touches it, where it is asked for.
 * Usage: node migrate-first.mjs <folder> <{ commands, copy }, as JSON> <launcher> <argument…>
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [folder, plan, launcher, ...args] = process.argv.slice(2);
const { commands, copy } = JSON.parse(plan);
/** A restart finds all in its place. */
const done = `${folder}/migrated`;

if (!existsSync(done)) {
  for (const command of commands) {
    const { status } = spawnSync(process.execPath, [launcher, ...command], { stdio: 'inherit' });
    if (status !== 0 && command[0] !== 'doctor') {
      console.error(`openclaw ${command.join(' ')} failed before the start of the gateway`);
      process.exit(1);
    }
  }
  if (copy) cpSync(process.env.HOME, `${folder}/migrated-home`, { recursive: true });
  writeFileSync(done, '');
  // The harness reads this file from the start, whether the gateway is a process or a container.
  appendFileSync(`${folder}/egress.jsonl`, '{"migrated":true}\n');
}
process.argv = [process.execPath, launcher, ...args];
await import(pathToFileURL(launcher).href);

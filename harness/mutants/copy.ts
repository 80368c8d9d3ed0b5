import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import type { PreparedVersion } from '#harness/store/prepared.ts';

const DEFECTS = new URL('./defects.mjs', import.meta.url).href;
/** Stands before the launcher's own code: since 2026.9 it starts itself once more, whoever has called it. */
const COMMIT = `import { commit as commitDefect } from ${JSON.stringify(DEFECTS)};
commitDefect(process.env.OPENCLAW_REPRO_DEFECT, import.meta.filename);
`;

/** A package that lies in the store, once more with defects; the store's own is left as it is. */
export interface PackageCopy extends Disposable {
  /** The package with one defect. */
  with(defect: string): PreparedVersion;
}

/** @param near a folder on the same disk as the store: most files are links to those of the store */
export function copyOf(prepared: PreparedVersion, near: string): PackageCopy {
  mkdirSync(near, { recursive: true });
  const folder = mkdtempSync(join(near, `mutants-${prepared.version}-`));
  const modules = join(prepared.folder, 'node_modules');
  mkdirSync(join(folder, 'node_modules'));
  for (const name of readdirSync(modules))
    if (name !== 'openclaw') symlinkSync(join(modules, name), join(folder, 'node_modules', name));
  linkFolder(join(modules, 'openclaw'), join(folder, 'node_modules', 'openclaw'));
  const own = join(folder, relative(prepared.folder, prepared.entry));
  // A new file: the old one is the store's too.
  rmSync(own);
  writeFileSync(own, readFileSync(prepared.entry, 'utf8').replace(/^(#!.*\n)?/, `$1${COMMIT}`), {
    mode: 0o755,
  });
  return {
    with(defect) {
      // By another name than the launcher's own, or outside of the package, it does nothing.
      const entry = join(dirname(own), 'with', defect, basename(own));
      mkdirSync(dirname(entry), { recursive: true });
      const lines = [
        `process.env.OPENCLAW_REPRO_DEFECT = ${JSON.stringify(defect)};`,
        `await import(${JSON.stringify(own)});`,
      ];
      writeFileSync(entry, `${lines.join('\n')}\n`);
      return { ...prepared, folder, entry };
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function linkFolder(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkFolder(source, target);
    else linkSync(source, target);
  }
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const plugin = z.object({ enabledByDefault: z.literal(true) });
const manifest = z.object({ dependencies: z.record(z.string(), z.string()).default({}) });

/**
 * What the plugins that a package brings depend on; for all of them also what the package itself does, as 2026.4.29
 * looks for these at the same place (`collectMirroredPackageRuntimeDeps`).
 * @param folder the package
 * @param which those that are enabled by default, or all
 * @returns version ranges by name
 */
export function bundledDependencies(folder: string, which: 'enabled' | 'all'): { [name: string]: string } {
  const extensions = join(folder, 'dist', 'extensions');
  return Object.assign(
    {},
    ...readdirSync(extensions).map((name) => {
      const wanted = which === 'all' || read(plugin, join(extensions, name, 'openclaw.plugin.json'));
      return wanted ? read(manifest, join(extensions, name, 'package.json'))?.dependencies : undefined;
    }),
    which === 'all' && read(manifest, join(folder, 'package.json'))?.dependencies,
  );
}

function read<T>(schema: z.ZodType<T>, path: string): T | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    // No plugin, or none that is enabled.
    return undefined;
  }
}

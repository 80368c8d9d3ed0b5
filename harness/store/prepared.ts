/** A version as it lies in the store, installed and checked. */
export interface PreparedVersion {
  version: string;
  /** Holds all that the package needs. */
  folder: string;
  /** The package's launcher. */
  entry: string;
  /** The range of Node versions that it asks for. */
  engines?: string;
  /** The gateway has npm install its bundled plugins' dependencies, unless they are linked where it looks for them. */
  stageBundledDeps: boolean;
  /** A checkout has no integrity. */
  build: { integrity?: string; commit?: string };
  /** Where Node keeps the compiled code of this version from run to run, as it does on a user's machine. */
  compileCache: string;
}

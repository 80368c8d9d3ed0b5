/** Reads a file of outputs as a runner does. */
export function parseOutputs(file: string): { [name: string]: string } {
  const outputs: { [name: string]: string } = {};
  for (const [, name = '', , value = ''] of file.matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm)) {
    outputs[name] = value;
  }
  return outputs;
}

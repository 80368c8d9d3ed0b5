import { register } from 'tsx/esm/api';

register();
const { runAction } = await import('./action.ts');
process.exitCode = await runAction(process.env);

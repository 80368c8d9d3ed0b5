import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Timeline } from '#harness/timeline/timeline.ts';
import type { Behaviour } from '#mocks/behaviour.ts';
import { mockedHosts } from '#mocks/providers/index.ts';
import { type MockOptions, startMocks } from '#mocks/start.ts';
import { eachProvider } from '#mocks/targets.ts';
import { TokenLedger } from '#mocks/token-ledger.ts';

/** The closed network, as a gateway gets it. */
export const preload = new URL('../../harness/gateway/inside/closed-network.mjs', import.meta.url).href;
const HOUR = 3_600_000;

/** The mocks as a gateway sees them: from another Node, by the real names, through the closed network. */
export async function startProviders(behaviour: Behaviour = {}, options: Partial<MockOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
  const timeline = new Timeline();
  const ledger = new TokenLedger('test');
  const tokens = ledger.issue({ lifetimeMs: HOUR });
  const models = { ...eachProvider((): string[] => []), codex: ['gpt-5.4'], xai: ['grok-4'] };
  const mocks = await startMocks({
    behaviour,
    ledgers: { auth: ledger, 'xai-auth': new TokenLedger('test', { issuer: 'xai' }) },
    keys: { xai: 'xai-synthetic' },
    models,
    record: timeline.record,
    ...options,
  });
  const ca = join(folder, 'ca.pem');
  const log = join(folder, 'egress.jsonl');
  writeFileSync(ca, mocks.ca);
  writeFileSync(log, '');

  /** Runs a module that prints JSON. */
  async function fromInside(script: string): Promise<unknown> {
    const child = spawn(process.execPath, ['--input-type=module', '-e', `${HELPERS}\n${script}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        NODE_OPTIONS: `--import=${preload}`,
        NODE_EXTRA_CA_CERTS: ca,
        TOKEN: tokens.access,
        REFRESH: tokens.refresh,
        OPENCLAW_REPRO_NETWORK: JSON.stringify({
          hosts: Object.fromEntries(mockedHosts.map((host, index) => [host, `104.18.32.${47 + index}`])),
          mock: { host: '127.0.0.1', port: mocks.port },
          troubles: mocks.troubles,
          loopback: [1, 1],
          log,
        }),
      },
    });
    return JSON.parse(await text(child.stdout));
  }
  const told = () =>
    readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { destination: string; via: string; troubled?: string });
  const refused = () => told().filter(({ troubled }) => !troubled);
  const troubled = () => told().flatMap(({ troubled = [] }) => troubled);
  return {
    mocks,
    ledger,
    timeline,
    fromInside,
    refused,
    troubled,
    async [Symbol.asyncDispose]() {
      await mocks[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

const HELPERS = `
  const say = (value) => console.log(JSON.stringify(value));
  const body = JSON.stringify({ model: 'gpt-5.4', input: [{ role: 'user', content: 'Hi ref-0000abcd' }] });
  const ask = (init = {}) => fetch('https://chatgpt.com/backend-api/codex/responses', {
    method: 'POST', body, headers: { authorization: 'Bearer ' + process.env.TOKEN }, ...init });
  const causeOf = (error) => [error.cause, error].flatMap((one) => [one?.code, one?.name]).find((name) => typeof name === 'string' && name !== 'TypeError');
  const tried = async (run) => run().then((value) => ({ value }), (error) => ({ error: error.message, cause: causeOf(error) }));
  const short = () => AbortSignal.timeout(700);
`;

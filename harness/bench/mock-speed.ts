import { Agent, createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { http } from 'msw';
import { Timeline } from '#harness/timeline/timeline.ts';
import { makeCertificates } from '#mocks/certificates.ts';
import { responses } from '#mocks/dialects/responses.ts';
import { perform } from '#mocks/exchange.ts';
import { startMockServer } from '#mocks/server.ts';

const HOST = 'chatgpt.com';
const EVENTS = 20_000;
const REPLIES = 300;
const ROUNDS = 5;
/** As large as a gateway's first request. */
const BODY = JSON.stringify({ model: 'm', input: 'x'.repeat(40_000) });

const long = responses.reply('m', 'word '.repeat(EVENTS), 'bench');
const short = responses.reply('m', 'a few words', 'bench');
const stepsFor = (path: string) => (path === '/long' ? long : short);

/** The mock against a `node:https` server that writes the same bytes: ratios of the medians of interleaved rounds. */
export async function measureMock(): Promise<{ throughput: number; latency: number; addedMs: number }> {
  const certificates = await makeCertificates([HOST]);
  const handlers = ['/long', '/short'].map((path) =>
    http.post(`https://${HOST}${path}`, () => perform(stepsFor(path))),
  );
  const record = new Timeline().record;
  await using mock = await startMockServer({
    handlers,
    certificates,
    record,
    onUpgrade: async () => undefined,
  });
  const bare = createServer(certificates, async (incoming, outgoing) => {
    await buffer(incoming);
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const step of stepsFor(incoming.url ?? '')) if (step.do === 'send') outgoing.write(step.bytes);
    outgoing.end();
  });
  await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve));
  const ports = [mock.port, (bare.address() as AddressInfo).port];
  const agent = new Agent({ keepAlive: true, ca: certificates.ca, servername: HOST });

  const times: { long: number[]; short: number[] }[] = ports.map(() => ({ long: [], short: [] }));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [index, port] of ports.entries()) {
      const longMs = await timed(() => post(agent, port, '/long'));
      const shortMs = await timed(async () => {
        for (let reply = 0; reply < REPLIES; reply++) await post(agent, port, '/short');
      });
      // The first round warms up.
      if (round === 0) continue;
      times[index]?.long.push(longMs);
      times[index]?.short.push(shortMs / REPLIES);
    }
  }
  agent.destroy();
  bare.closeAllConnections();
  bare.close();
  const [ours, theirs] = times.map((one) => ({ long: median(one.long), short: median(one.short) }));
  if (!ours || !theirs) throw new Error('nothing was measured');
  return {
    throughput: ours.long / theirs.long,
    latency: ours.short / theirs.short,
    addedMs: ours.short - theirs.short,
  };
}

function post(agent: Agent, port: number, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, path, method: 'POST', agent, headers: { host: HOST } },
      (incoming) => incoming.resume().on('end', resolve).on('error', reject),
    );
    outgoing.on('error', reject).end(BODY);
  });
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await action();
  return performance.now() - started;
}

export const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

import { expect, test } from 'vitest';
import { Timeline } from '#harness/timeline/timeline.ts';
import { GatewayLog } from './gateway-log.ts';

test('what our own code says from the gateway’s place stands in the timeline; what cannot be read is passed over', () => {
  const timeline = new Timeline();
  const troubled: string[] = [];
  const log = new GatewayLog(timeline.record, (host) => troubled.push(host));
  const lines = [
    '{"destination":"registry:443","via":"tcp"}',
    '{"troubled":"api.x.ai"}',
    '{"migrated":true}',
    '{"migrated":"no"}',
    'torn {',
  ];
  for (const line of lines) log.egress(line);
  expect(timeline.events.map(({ kind }) => kind)).toEqual(['egress.refused', 'gateway.migrated']);
  expect(troubled).toEqual(['api.x.ai']);
});

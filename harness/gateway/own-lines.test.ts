import { expect, test } from 'vitest';
import { Timeline } from '#harness/timeline/timeline.ts';
import { ownLines } from './own-lines.ts';

test('what our own code says from the gateway’s place stands in the timeline; what cannot be read is passed over', () => {
  const timeline = new Timeline();
  const troubled: string[] = [];
  const read = ownLines(timeline.record, (host) => troubled.push(host));
  const lines = [
    '{"destination":"registry:443","via":"tcp"}',
    '{"troubled":"api.x.ai"}',
    '{"migrated":true}',
    '{"migrated":"no"}',
    'torn {',
  ];
  for (const line of lines) read(line);
  expect(timeline.events.map(({ kind }) => kind)).toEqual(['egress.refused', 'gateway.migrated']);
  expect(troubled).toEqual(['api.x.ai']);
});

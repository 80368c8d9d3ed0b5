import type { Entry, Har } from 'har-format';
import type { RunRecord } from '#harness/record/record.ts';
import type { EventOf, TimelineEvent } from '#harness/timeline/events.ts';
import { ofKind } from '#harness/timeline/timeline.ts';
import { hostOf } from './hosts.ts';

/**
 * What the gateway asked the imitated providers, as HTTP Archive 1.2. What was done to an exchange stands in its
 * `comment` and in `_faults`; headers and bodies are not recorded. Pure.
 * @see http://www.softwareishard.com/blog/har-12-spec/
 */
export function har(record: RunRecord): string {
  const { timeline, scenario, gateway, harness, startedAt } = record;
  const later = Map.groupBy(timeline, (event) => ('exchange' in event ? event.exchange : -1));
  const entries = timeline
    .filter(ofKind('provider.request'))
    .map((request) => entry(request, later.get(request.exchange) ?? [], startedAt));
  const log: Har['log'] = {
    version: '1.2',
    creator: { name: 'openclaw-repro', version: harness.version },
    comment: `${scenario.name} on openclaw ${gateway.version}: ${record.outcome}`,
    pages: [],
    entries,
  };
  return `${JSON.stringify({ log }, undefined, 1)}\n`;
}

function entry(
  request: EventOf<'provider.request'>,
  events: readonly TimelineEvent[],
  startedAt: string,
): Entry {
  const answer = events.find(ofKind('provider.answer'));
  const end = events.find(ofKind('provider.end'));
  const faults = events.filter(ofKind('provider.fault')).map(({ fault }) => fault);
  const answeredAt = answer?.at ?? end?.at ?? request.at;
  const endedAt = end?.at ?? answeredAt;
  const wait = rounded(answeredAt - request.at);
  const receive = rounded(Math.max(0, endedAt - answeredAt));
  const { provider, method, path, exchange, purpose, model, nonce, credential } = request;
  const how = end ? `ended by the ${end.by} (${end.how})` : 'never ended';
  return {
    startedDateTime: new Date(Date.parse(startedAt) + request.at).toISOString(),
    time: rounded(wait + receive),
    request: {
      method,
      url: `https://${hostOf(provider)}${path}`,
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: [],
      queryString: [],
      headersSize: -1,
      bodySize: -1,
    },
    response: {
      // 0, as browsers write it, where no answer came.
      status: answer?.status ?? 0,
      statusText: '',
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: [],
      content: { size: -1, mimeType: 'x-unknown' },
      redirectURL: '',
      headersSize: -1,
      bodySize: -1,
    },
    cache: {},
    timings: { send: 0, wait, receive },
    comment: faults.length > 0 ? `fault: ${faults.join(', ')}; ${how}` : how,
    _faults: faults,
    _exchange: exchange,
    _purpose: purpose,
    ...(model && { _model: model }),
    ...(nonce && { _nonce: nonce }),
    ...(credential && { _credential: credential }),
  };
}

const rounded = (ms: number): number => Math.round(ms * 10) / 10;

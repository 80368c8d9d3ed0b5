import { expect, test } from 'vitest';
import { parseLogLine } from './log-lines.ts';

test('reads a console line', () => {
  const line =
    '2026-11-22T16:31:33.447+00:00 [agent/embedded] embedded run agent end: runId=x error=terminated';
  expect(parseLogLine(line)).toEqual({
    subsystem: 'agent/embedded',
    message: 'embedded run agent end: runId=x error=terminated',
  });
});

test('reads a coloured console line and one without a subsystem', () => {
  expect(parseLogLine('\u001b[33m16:31:33+00:00 [ws] closed\u001b[39m')).toEqual({
    subsystem: 'ws',
    message: 'closed',
  });
  expect(parseLogLine('2026-11-22T16:24:02.770+00:00 Config write anomaly: x')).toEqual({
    message: 'Config write anomaly: x',
  });
});

test('reads a line of the log file, as 2026.4.14 writes it', () => {
  const line = JSON.stringify({
    0: '{"subsystem":"agent/embedded"}',
    1: { event: 'embedded_run_agent_end', error: 'terminated' },
    2: 'embedded run agent end',
    _meta: { logLevelName: 'WARN' },
    time: '2026-11-22T16:31:39.620+00:00',
  });
  expect(parseLogLine(line)).toEqual({
    level: 'warn',
    subsystem: 'agent/embedded',
    message: 'embedded run agent end',
    fields: { event: 'embedded_run_agent_end', error: 'terminated' },
  });
});

test('reads a JSON console line', () => {
  const line = JSON.stringify({ time: 'x', level: 'info', subsystem: 'gateway', message: 'ready', port: 1 });
  expect(parseLogLine(line)).toEqual({
    level: 'info',
    subsystem: 'gateway',
    message: 'ready',
    fields: { port: 1 },
  });
});

test.each(['', '{', '{"0":1}', '[]', 'null', '\u0000\u0001'])('takes %j as it is', (line) => {
  expect(parseLogLine(line)).toEqual({ message: line });
});

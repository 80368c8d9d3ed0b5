import { expect, test } from 'vitest';
import { withoutMachine } from './without-machine.ts';

const HOME = '/home/ada/.cache/runs/x/home';
const machine = { home: '/home/ada', hostname: 'lab.example.org', addresses: ['192.0.2.7', '2001:db8::7'] };
const clean = (text: string) => withoutMachine(text, HOME, machine);

test('shows paths from the gateway’s HOME on, and none of whoever runs the harness', () => {
  expect(clean(`Config: ${HOME}/.openclaw/openclaw.json`)).toBe('Config: ~/.openclaw/openclaw.json');
  expect(clean('in /home/ada/.cache/versions/1')).toBe('in <HOME>/.cache/versions/1');
  expect(withoutMachine('/var/x', HOME, { ...machine, home: '/' })).toBe('/var/x');
});

test('names neither the machine, nor its addresses, nor its user', () => {
  expect(clean('auth token · lab (192.0.2.7) app')).toBe('auth token · <HOST> (<IP>) app');
  expect(clean('lab.example.org, 2001:db8::7')).toBe('<HOST>, <IP>');
  expect(clean('- pid 182 ada: openclaw-gateway')).toBe('- pid 182 <USER>: openclaw-gateway');
});

test('leaves words that only hold the name, and everybody’s own host', () => {
  expect(clean('labels, a-lab, collab, 192.0.2.77')).toBe('labels, a-lab, collab, 192.0.2.77');
  const local = withoutMachine('ws://localhost:1', HOME, { ...machine, hostname: 'localhost' });
  expect(local).toBe('ws://localhost:1');
});

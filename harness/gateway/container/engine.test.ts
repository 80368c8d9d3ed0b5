import { expect, test } from 'vitest';
import { explain } from './engine.ts';

const SOCKET = '/var/run/docker.sock';

test.each([
  ['NO_ENGINE', [{ path: SOCKET, code: 'ENOENT' }], undefined, /no container engine on this machine/],
  [
    'ENGINE_DENIED',
    [{ path: SOCKET, code: 'EACCES' }],
    undefined,
    /you may not use \/var\/run\/docker\.sock/,
  ],
  ['ENGINE_DOWN', [{ path: SOCKET, code: 'ECONNREFUSED' }], undefined, /answers at \/var\/run\/docker\.sock/],
  ['ENGINE_DOWN', [], 'tcp://127.0.0.1:1', /answers at tcp:\/\/127\.0\.0\.1:1 \(DOCKER_HOST\)/],
  ['ENGINE_DOWN', [{ path: '/x', code: 'ENOENT' }], 'unix:///x', /answers at unix:\/\/\/x/],
])('%s, with what to do', (code, tried, host, sentence) => {
  const error = explain(tried, host);
  expect(error).toMatchObject({ code, exitCode: 128, message: expect.stringMatching(sentence) });
  expect(error.advice).toContain('--runtime process');
});

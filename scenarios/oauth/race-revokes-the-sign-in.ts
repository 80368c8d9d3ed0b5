import { delay } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'Agents that refresh at once leave the user signed in, also with a service that revokes on reuse',
  about:
    'A service may take a refresh token that comes twice for a stolen one, and revoke all that came of the same sign-in ' +
    '(RFC 9700, 4.14.2): after one race nothing is answered until somebody signs in again.',
  setup: { codexToken: 'expired', agents: ['main', 'second', 'third'], onTokenReuse: 'revoke-family' },
  providers: { auth: [delay(1_000)] },
  expect: 'reply',
  async script(page) {
    const agents = ['main', 'second', 'third'];
    const all = (text: string) => Promise.all(agents.map((agent) => page.session('main', agent).say(text)));
    await all('Hello');
    await all('And again');
  },
  regression: [{ check: 'refresh-discipline' }, { check: 'reply-arrives' }, { check: 'session-continues' }],
});

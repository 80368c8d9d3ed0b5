import { expect, test } from 'vitest';
import type { Script } from '#harness/scenario/script.ts';
import { answer, answerEverywhere, type Fake, playScript as play } from '#harness/testing/play-script.ts';
import type { TimelineEvent } from '#harness/timeline/events.ts';
import { ofKind } from '#harness/timeline/timeline.ts';
import { Turns } from '#harness/verdict/turns.ts';
import { replyTo } from '#mocks/marks.ts';

const SESSION = 'agent:main:main';
const endings = (events: readonly TimelineEvent[]) => Turns.of(events).map(({ end }) => end?.ending);
const steps = (events: readonly TimelineEvent[]) =>
  events.flatMap((event) => (event.kind === 'page.step' ? [`${event.step} ${event.tab}`] : []));

test('speaks in the session of another agent where the script asks for it', async () => {
  const script: Script = async (page) => page.session('main', 'coder').send('Hello');
  const events = await play(script, { onSend: () => undefined, runStatus: () => 'ok' });
  expect(events.find(ofKind('turn.sent'))?.session).toBe('agent:coder:main');
});

test('writes down of which messages nothing but a reply will do', async () => {
  const script: Script = async (page) => {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Again', { expect: 'reply', atOnce: true });
    await chat.send('And again', { expect: 'reply' });
  };
  const events = await play(script, { onSend: answer });
  expect(Turns.of(events).map(({ expect }) => expect)).toEqual([undefined, 'reply', 'reply']);
});

test('goes on while the reply is streaming where the script asks for it, and not for ever where it never does', async () => {
  const streaming: boolean[] = [];
  let streams = false;
  const script: Script = async (page) => {
    for (const text of ['Hello', 'Again']) {
      await page.session().send(text, { until: 'streaming' });
      streaming.push(streams);
    }
  };
  const events = await play(script, {
    onSend(nonce, client, runId) {
      const shown = (state: string, rest: object) =>
        client.event('chat', { sessionKey: SESSION, runId, state, ...rest });
      if (streams) return shown('error', { errorMessage: 'no' });
      setTimeout(() => {
        streams = true;
        shown('delta', { message: { content: replyTo(nonce).slice(0, 20) } });
      }, 300);
      setTimeout(() => answer(nonce, client, runId), 600);
    },
  });
  expect(streaming).toEqual([true, true]);
  const [first, second] = Turns.of(events);
  expect(first?.end?.at).toBeGreaterThan(first?.marks.streaming?.at ?? Infinity);
  expect(second).toMatchObject({ until: 'streaming', end: { ending: 'failed' } });
});

test('sends the last message again, word for word and with its key, as the same turn', async () => {
  const sent: unknown[] = [];
  const script: Script = async (page) => {
    const chat = page.session();
    await chat.send('Hello');
    await chat.sendAgain();
  };
  const events = await play(script, {
    onSend: answer,
    methods: {
      'chat.send': (params, client) => {
        sent.push(params);
        if (sent.length === 1) return { runId: params.idempotencyKey, status: 'started' };
        const text = String(params.message);
        queueMicrotask(() => answer(text.slice(-9, -1), client, String(params.idempotencyKey)));
        return { runId: params.idempotencyKey, status: 'in_flight' };
      },
    },
  });
  expect(sent).toHaveLength(2);
  expect(sent[1]).toEqual(sent[0]);
  expect(events.filter(ofKind('turn.sent'))).toHaveLength(1);
  expect(endings(events)).toEqual(['answered']);
});

test('a refusal of the second copy is written down and is no end of the message', async () => {
  let sends = 0;
  const script: Script = async (page) => {
    await page.session().send('Hello');
    await page.session().sendAgain();
  };
  const events = await play(script, {
    onSend: () => undefined,
    runStatus: () => 'ok',
    methods: {
      'chat.send': ({ idempotencyKey }) => {
        if (sends++ > 0) throw new Error('seen already');
        return { runId: idempotencyKey, status: 'started' };
      },
    },
  });
  expect(events.find(ofKind('turn.refused-again'))?.error).toContain('seen already');
  expect(endings(events)).toEqual([undefined]);
});

test('there is nothing to send again before the first message', async () => {
  await expect(play((page) => page.session().sendAgain(), { onSend: answer })).rejects.toThrow(
    /nothing was sent/,
  );
});

test('follows a command by its run, and does not take its answer for one to a message', async () => {
  let shown: string | undefined;
  const script: Script = async (page) => {
    await page.session().send('Hello');
    shown = await page.session().command('/active-memory off');
  };
  const events = await play(script, {
    onSend: (nonce, client, runId) => {
      if (nonce) return void setTimeout(() => answer(nonce, client, runId), 300);
      const message = { content: 'Active Memory is off.' };
      client.event('chat', { sessionKey: SESSION, runId, state: 'final', message });
    },
  });
  expect(shown).toBe('Active Memory is off.');
  expect(events.find(ofKind('command.ended'))).toMatchObject({ how: 'shown' });
  expect(Turns.of(events)).toHaveLength(1);
  expect(endings(events)).toEqual(['answered']);
});

test('a command that shows nothing ends soon after its run, and one that is refused at once', async () => {
  const run = (methods: NonNullable<Fake['methods']>) =>
    play((page) => page.session().command('/new'), {
      onSend: () => undefined,
      runStatus: () => 'ok',
      methods,
    });
  expect((await run({})).find(ofKind('command.ended'))).toMatchObject({ how: 'silent', text: '' });
  const refuse = () => {
    throw new Error('no such command');
  };
  const refused = (await run({ 'chat.send': refuse })).find(ofKind('command.ended'));
  expect(refused).toMatchObject({ how: 'refused', text: expect.stringContaining('no such command') });
});

test('`/stop` is over with its answer, which names the runs that it has stopped', async () => {
  const stop = () => ({ ok: true, aborted: true, runIds: ['run-1'] });
  const events = await play((page) => page.session().command('/stop'), {
    onSend: () => undefined,
    runStatus: () => undefined,
    methods: { 'chat.send': stop },
  });
  expect(events.find(ofKind('chat.stopped'))).toMatchObject({ session: SESSION, runIds: ['run-1'] });
  const [sent, ended] = [events.find(ofKind('command.sent')), events.find(ofKind('command.ended'))];
  expect(ended).toMatchObject({ how: 'silent' });
  expect((ended?.at ?? 0) - (sent?.at ?? 0)).toBeLessThan(10_000);
});

test('a message that must show in two tabs ends when both have shown it', async () => {
  const script: Script = async (page) => {
    const other = await page.openTab();
    await page.session().say('Hello', { alsoIn: [other] });
  };
  const both = await play(script, { onSend: answerEverywhere });
  expect(endings(both)).toEqual(['answered']);
  expect(
    both
      .filter(ofKind('chat.event'))
      .map(({ tab = 1 }) => tab)
      .toSorted(),
  ).toEqual([1, 2]);
  const one = await play(script, { onSend: answer, runStatus: () => 'ok' });
  expect(endings(one)).toEqual([undefined]);
  expect(one.find(ofKind('turn.given-up'))?.because).toBe('quiet');
});

test('what was typed in a tab that is then closed is not waited for', async () => {
  const script: Script = async (page) => {
    const other = await page.openTab();
    await other.session().send('Hello');
    await other.close();
  };
  const events = await play(script, { onSend: () => undefined });
  expect(endings(events)).toEqual(['interrupted']);
  expect(steps(events)).toEqual(['open-tab 2', 'close-tab 2']);
});

test('a page that does not read sees what was said meanwhile when it reads on, and is given the time', async () => {
  const script: Script = async (page) => {
    await page.session().send('Hello');
    await page.stopReading(1_500);
  };
  const events = await play(script, {
    onSend: (nonce, client, runId) => void setTimeout(() => answer(nonce, client, runId), 200),
    runStatus: () => 'ok',
  });
  expect(steps(events)).toEqual(['stop-reading 1', 'read-on 1']);
  expect(endings(events)).toEqual(['answered']);
  const kinds = events.map((event) => (event.kind === 'page.step' ? event.step : event.kind));
  expect(kinds.indexOf('chat.event')).toBeGreaterThan(kinds.indexOf('read-on'));
});

test('a page that was away reads the history once more before it says that nothing came', async () => {
  let nonce = '';
  let looks = 0;
  const script: Script = async (page) => {
    await page.session().send('Hello');
    await page.idle(200);
    await page.reconnect(1_000);
  };
  const events = await play(script, {
    onSend: (given) => {
      nonce = given;
    },
    runStatus: () => 'ok',
    methods: {
      // The reply is not in it yet when the page comes back.
      'chat.history': () => ({
        messages: looks++ === 0 ? [] : [{ role: 'assistant', content: replyTo(nonce) }],
      }),
    },
  });
  expect(steps(events)).toEqual(['leave 1', 'come-back 1']);
  expect(events.some(ofKind('turn.given-up'))).toBe(false);
  expect(endings(events)).toEqual(['answered']);
});

test('stop ends what the gateway says it has stopped', async () => {
  const script: Script = async (page) => {
    await page.session().send('Hello');
    await page.session().abort();
  };
  const abort = (runIds: (runId: string) => string[]) => {
    let run = '';
    return play(script, {
      onSend: (_nonce, _client, runId) => {
        run = runId;
      },
      runStatus: () => 'ok',
      methods: { 'chat.abort': () => ({ ok: true, aborted: true, runIds: runIds(run) }) },
    });
  };
  expect(endings(await abort((runId) => [runId]))).toEqual(['aborted']);
  // It says that it has stopped nothing, and nothing ever comes: the message hangs all the same.
  expect(endings(await abort(() => []))).toEqual([undefined]);
});

test('a message written while the connection is lost goes out once it is back', async () => {
  let sends = 0;
  const script: Script = async (page) => {
    await page.session().send('Hello');
    await page.session().send('Are you back?');
  };
  const events = await play(script, {
    onSend: () => undefined,
    runStatus: () => 'ok',
    methods: {
      'chat.send': (_params, client) =>
        sends++ === 0 ? client.close(1012, 'service restart') : { runId: 'r', status: 'started' },
      'chat.history': () => ({ messages: [] }),
    },
  });
  const kinds = events
    .map(({ kind }) => kind)
    .filter((kind) => /^(chat.closed|turn.(sent|accepted))$/.test(kind));
  expect(kinds).toEqual(['turn.sent', 'chat.closed', 'turn.sent', 'turn.accepted']);
});

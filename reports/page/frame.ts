import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { html, scriptJson } from '../html-text.ts';

interface Frame {
  title: string;
  style: string;
  /** Markup, all of whose text from outside is escaped. */
  body: string;
  script?: { code: string; data: { [id: string]: unknown } };
}

/** A page of the family: one file, no network, and a policy that forbids all that it does not bring itself. */
export function framed({ title, style, body, script }: Frame): string {
  const sheet = `${BASE}${style}`;
  const data = Object.entries(script?.data ?? {}).map(
    ([id, value]) => `<script type="application/json" id="${id}">${scriptJson(value)}</script>\n`,
  );
  const code = script ? `${data.join('')}<script type="module">${script.code}</script>\n` : '';
  const scripts = script ? ` script-src '${hashOf(script.code)}';` : '';
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none';${scripts} style-src '${hashOf(sheet)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${html(title)}</title>
<style>${sheet}</style>
${body}
${code}</html>
`;
}

/** A file of this folder. */
export const asset = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

const BASE = asset('base.css');

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

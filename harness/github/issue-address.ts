import { HarnessError } from '#harness/base/error.ts';

export interface IssueAddress {
  owner: string;
  repo: string;
  number: number;
  /** Base of the REST API. */
  api: string;
}

const PUBLIC_API = 'https://api.github.com';
const NAME = String.raw`[\w.-]{1,100}`;
const SHORT = new RegExp(`^(${NAME})/(${NAME})#(\\d{1,9})$`);
const PATH = new RegExp(`^/(${NAME})/(${NAME})/(?:issues|pull)/(\\d{1,9})/?$`);

/**
 * Reads where a comment goes.
 * @param text `owner/repo#12`, or the address of an issue or a pull request, also on GitHub Enterprise
 * @param api of the host, where it is not to be derived from the address
 * @throws HarnessError `ISSUE_ADDRESS`
 */
export function issueAddress(text: string, api?: string): IssueAddress {
  const url = URL.parse(text);
  const web = url?.protocol === 'https:' || url?.protocol === 'http:' ? url : undefined;
  const [, owner, repo, number] = (web ? PATH.exec(web.pathname) : SHORT.exec(text)) ?? [];
  if (!owner || !repo || !number || [owner, repo].some((name) => /^\.+$/.test(name))) {
    throw new HarnessError(
      'ISSUE_ADDRESS',
      `Expected --issue to be owner/repo#123 or the address of an issue, got "${text}".`,
      'For one on GitHub Enterprise, give its whole address, or --api-url.',
    );
  }
  return { owner, repo, number: Number(number), api: apiOf(api ?? (web ? derived(web) : PUBLIC_API)) };
}

/** @see https://docs.github.com/en/enterprise-server/rest/quickstart, https://docs.github.com/en/enterprise-cloud@latest/admin/data-residency */
function derived({ protocol, host, hostname }: URL): string {
  if (/^(?:www\.)?github\.com$/.test(hostname)) return PUBLIC_API;
  if (hostname.endsWith('.ghe.com')) return `https://api.${hostname}`;
  return `${protocol}//${host}/api/v3`;
}

function apiOf(text: string): string {
  const url = URL.parse(text);
  const loopback = url && /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback))
    return url.href.replace(/\/+$/, '');
  throw new HarnessError(
    'API_ADDRESS',
    `"${text}" is not an https URL of GitHub's API; the token would be sent unencrypted.`,
    'Set it with --api-url: https://api.github.com, or https://<host>/api/v3.',
  );
}

import { HarnessError } from '#harness/base/error.ts';

type Environment = { [name: string]: string | undefined };

/**
 * The token for an API. One that is meant for a host goes to no other, whatever the address of an issue says: to a
 * host that neither GitHub owns nor the caller has named goes only a token that is meant for such a host.
 * @param named base of the API that the caller has named (`--api-url`), if any
 */
export function tokenFor(api: string, named: string | undefined, env: Environment): string | undefined {
  const { host, hostname } = new URL(api);
  const trusted = [named, env.GITHUB_API_URL].some((one) => one && URL.parse(one)?.host === host);
  const own = hostname === 'api.github.com' || hostname.endsWith('.ghe.com');
  const names =
    trusted || own ? ['GITHUB_TOKEN', 'GH_TOKEN'] : ['GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN'];
  return names.map((name) => env[name]?.trim()).find(Boolean);
}

export const noToken = (api: string): HarnessError =>
  new HarnessError(
    'NO_TOKEN',
    `There is no token for ${new URL(api).host}.`,
    'Put one that may write issues into GITHUB_TOKEN; for GitHub Enterprise name the host with --api-url or GITHUB_API_URL as well, or use GH_ENTERPRISE_TOKEN.',
  );

import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { HarnessError, messageOf } from '#harness/base/error.ts';

const packument = z.object({
  'dist-tags': z.record(z.string(), z.string()),
  versions: z.record(
    z.string(),
    z.object({
      dist: z.object({ integrity: z.string() }),
      engines: z.object({ node: z.string().optional() }).optional(),
    }),
  ),
});

/** What the registry knows of the package `openclaw`. */
export type Packument = z.infer<typeof packument>;

const ATTEMPTS = 4;
const TIMEOUT = 30_000;
/** The registry's short form, without readmes. */
const ACCEPT = 'application/vnd.npm.install-v1+json';

/**
 * Asks the registry which versions are published.
 * @param registry base URL, from npm's own configuration
 * @throws HarnessError `REGISTRY_UNREACHABLE`, `REGISTRY_REFUSED` or `REGISTRY_ANSWER`
 */
export async function fetchPackument(
  registry: string,
  { waitMs = 1_000, signal }: { waitMs?: number; signal?: AbortSignal | undefined } = {},
): Promise<Packument> {
  const url = URL.parse('openclaw', registry.endsWith('/') ? registry : `${registry}/`);
  if (!url) {
    const advice = 'Fix it with `npm config set registry <url>`.';
    throw new HarnessError('REGISTRY_ADDRESS', `"${registry}" is not the URL of an npm registry.`, advice);
  }
  for (let attempt = 1; ; attempt++) {
    const result = await ask(url, signal);
    signal?.throwIfAborted();
    if (!(result instanceof HarnessError)) return result;
    if (attempt === ATTEMPTS || result.code === 'REGISTRY_REFUSED') throw result;
    await sleep(retryAfter(result) ?? waitMs * 2 ** (attempt - 1), undefined, signal && { signal });
  }
}

async function ask(url: URL, signal?: AbortSignal): Promise<Packument | HarnessError> {
  try {
    const response = await fetch(url, {
      headers: { accept: ACCEPT },
      signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT), ...(signal ? [signal] : [])]),
    });
    if (!response.ok) {
      await response.body?.cancel();
      return refusal(response);
    }
    return packument.parse(await response.json());
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError) {
      return new HarnessError(
        'REGISTRY_ANSWER',
        'The npm registry answered with something that is not a package document.',
        'Try again; if it persists, check `npm config get registry`.',
        { cause: error },
      );
    }
    return new HarnessError(
      'REGISTRY_UNREACHABLE',
      `The npm registry cannot be reached: ${causeOf(error)}`,
      'Check the network and `npm config get registry`; versions that are already in the store run without it.',
      { cause: error },
    );
  }
}

const causeOf = (error: unknown): string =>
  error instanceof Error && error.cause ? messageOf(error.cause) : messageOf(error);

class RefusedByRegistry extends HarnessError {
  readonly retryAfterMs: number | undefined;

  constructor(response: Response) {
    const passing = response.status === 429 || response.status >= 500;
    super(
      passing ? 'REGISTRY_BUSY' : 'REGISTRY_REFUSED',
      `The npm registry answered ${response.status} for the package openclaw.`,
      passing ? 'Try again in a while.' : 'Check `npm config get registry` and your access to it.',
    );
    const seconds = Number(response.headers.get('retry-after'));
    this.retryAfterMs = seconds > 0 && seconds <= 60 ? seconds * 1000 : undefined;
  }
}

const refusal = (response: Response): HarnessError => new RefusedByRegistry(response);

const retryAfter = (error: HarnessError): number | undefined =>
  error instanceof RefusedByRegistry ? error.retryAfterMs : undefined;

import { Octokit } from '@octokit/core';
import { paginateRest } from '@octokit/plugin-paginate-rest';
import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import type { IssueAddress } from './issue-address.ts';

const comment = z.object({
  id: z.int(),
  html_url: z.string(),
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullish(),
});
const viewer = z.object({ viewer: z.object({ login: z.string() }) });

export interface OwnComment {
  id: number;
  url: string;
  body: string;
}

const TIMEOUT = 30_000;
const PaginatingOctokit = Octokit.plugin(paginateRest);

/** The comments of one issue, as far as they are the token's own. Asks once, and retries nothing. */
export class Comments {
  readonly #octokit: InstanceType<typeof PaginatingOctokit>;
  readonly #address: { owner: string; repo: string };
  readonly #number: number;

  constructor({ owner, repo, number, api }: IssueAddress, token: string) {
    this.#octokit = new PaginatingOctokit({
      auth: token,
      baseUrl: api,
      userAgent: `openclaw-repro/${packageJson.version}`,
      request: { fetch: timed },
      log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    });
    this.#address = { owner, repo };
    this.#number = number;
  }

  /** The oldest own comment that begins with `marker`. Who copies a marker into a comment of theirs keeps it. */
  async find(marker: string): Promise<OwnComment | undefined> {
    // Unlike `GET /user` this also answers the token of a workflow.
    const { login } = viewer.parse(await this.#octokit.graphql('{ viewer { login } }')).viewer;
    const pages = this.#octokit.paginate.iterator('GET /repos/{owner}/{repo}/issues/{number}/comments', {
      ...this.#address,
      number: this.#number,
      per_page: 100,
    });
    for await (const { data } of pages) {
      const own = z
        .array(comment)
        .parse(data)
        .find(({ user, body }) => same(user?.login, login) && body?.startsWith(marker));
      if (own) return ownComment(own);
    }
    return undefined;
  }

  async create(body: string): Promise<OwnComment> {
    const { data } = await this.#octokit.request('POST /repos/{owner}/{repo}/issues/{number}/comments', {
      ...this.#address,
      number: this.#number,
      body,
    });
    return ownComment(comment.parse(data));
  }

  async update(id: number, body: string): Promise<OwnComment> {
    const { data } = await this.#octokit.request('PATCH /repos/{owner}/{repo}/issues/comments/{id}', {
      ...this.#address,
      id,
      body,
    });
    return ownComment(comment.parse(data));
  }
}

const timed: typeof fetch = (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(TIMEOUT) });

/** What goes wrong is told once, by us. */
const ignore = (): void => undefined;

const same = (a: string | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase();

const ownComment = ({ id, html_url: url, body }: z.infer<typeof comment>): OwnComment => ({
  id,
  url,
  body: body ?? '',
});

import { Command } from 'commander';
import { attach, markerOf } from '#harness/github/attach.ts';
import { Comments } from '#harness/github/comments.ts';
import { explained } from '#harness/github/failures.ts';
import { issueAddress } from '#harness/github/issue-address.ts';
import { noToken, tokenFor } from '#harness/github/token.ts';
import { readRecords } from '#harness/record/read-records.ts';
import { reportForOthers } from '#reports/for-others.ts';

interface Options {
  issue: string;
  apiUrl?: string;
  yes?: boolean;
}

/** `openclaw-repro attach`: puts a run's report under an issue. */
export function attachCommand(): Command {
  return new Command('attach')
    .description('post the report of a run as a comment on an issue; later runs update the same comment')
    .argument('<run>', 'folder of a run, or its record.json')
    .requiredOption('--issue <where>', 'owner/repo#123, or its URL')
    .option('--api-url <url>', 'of GitHub Enterprise: https://<host>/api/v3 (default: $GITHUB_API_URL)')
    .option('--yes', 'post it (default: print what would be posted)')
    .addHelpText('after', '\nThe token comes from $GITHUB_TOKEN or $GH_TOKEN.')
    .action(attachRun);
}

async function attachRun(run: string, { issue, apiUrl, yes }: Options): Promise<void> {
  const isAddress = /^https?:/.test(issue);
  const address = issueAddress(issue, apiUrl ?? (isAddress ? undefined : process.env.GITHUB_API_URL));
  const { scenario, text } = reportForOthers(readRecords([run]));
  const marker = markerOf(scenario);
  const token = tokenFor(address.api, apiUrl, process.env);
  const where = `${address.owner}/${address.repo}#${address.number}`;
  if (!yes) {
    process.stdout.write(`${marker}\n${text}`);
    console.error(
      `\n${await plan(where, marker, token && new Comments(address, token))} Nothing was posted; --yes does it.`,
    );
    return;
  }
  if (!token) throw noToken(address.api);
  const { did, url } = await attach(new Comments(address, token), marker, text, { say: console.error });
  console.log(`The comment under ${where} was ${did}: ${url}`);
}

async function plan(where: string, marker: string, comments?: Comments | ''): Promise<string> {
  if (!comments) return `This would be posted under ${where}.`;
  try {
    const there = await comments.find(marker);
    return there
      ? `This would take the place of ${there.url}.`
      : `This would be a new comment under ${where}.`;
  } catch (error) {
    throw explained(error);
  }
}

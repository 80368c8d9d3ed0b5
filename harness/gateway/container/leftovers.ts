import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { isAlive, startTimeOf } from '#harness/base/processes.ts';
import { parseJson } from '#harness/openclaw/log-lines.ts';
import { type Docker, type Engine, statusOf } from './engine.ts';

/** Names the harness that a container belongs to. */
const OWNER = 'openclaw-repro.owner';
const RUN = 'openclaw-repro.run';

const owner = z.object({ machine: z.string(), pid: z.int().positive(), startTime: z.string().optional() });

/** What stands on everything that a run makes in an engine. */
export function ownLabels(runId: string): { [name: string]: string } {
  const startTime = startTimeOf(process.pid);
  const me: z.infer<typeof owner> = { machine: machine(), pid: process.pid, ...(startTime && { startTime }) };
  return { [OWNER]: JSON.stringify(me), [RUN]: runId };
}

/**
 * Removes the containers, with their volumes, of harnesses that are no more. Touches none whose harness lives, and none
 * of a harness elsewhere that shares the engine: whether that one lives cannot be seen from here.
 * @returns the runs that they belonged to
 */
export async function clearContainers({ client }: Engine): Promise<string[]> {
  const docker = client.container.dockerode;
  const ours = await docker.listContainers({ all: true, filters: { label: [OWNER] } });
  const abandoned = ours.filter(({ Labels }) => isAbandoned(Labels[OWNER]));
  await Promise.all(abandoned.map(({ Id }) => removeContainer(docker, Id)));
  return abandoned.map(({ Id, Labels }) => Labels[RUN] ?? Id);
}

/** With its volumes; one that is gone already is what was wanted. */
export async function removeContainer(docker: Docker, id: string): Promise<void> {
  await docker
    .getContainer(id)
    .remove({ force: true, v: true })
    .catch((error: unknown) => {
      const status = statusOf(error);
      // 409: somebody else is removing it.
      if (status !== 404 && status !== 409) throw error;
    });
}

function isAbandoned(label: string | undefined): boolean {
  const known = owner.safeParse(parseJson(label ?? '')).data;
  return known !== undefined && known.machine === machine() && !isAlive(known.pid, known.startTime);
}

/** Pids mean something only within one boot and one pid namespace. */
function machine(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

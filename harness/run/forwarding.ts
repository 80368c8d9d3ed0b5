import type { Network, RunningGateway, StoppedGateway } from '#harness/gateway/gateway.ts';

/** Does all that is asked of it with another running gateway, which may change. */
export abstract class Forwarding implements RunningGateway {
  protected running: RunningGateway;

  protected constructor(running: RunningGateway) {
    this.running = running;
  }

  get url(): string {
    return this.running.url;
  }

  get exited(): AbortSignal {
    return this.running.exited;
  }

  get network(): Network | undefined {
    return this.running.network;
  }

  abstract stop(): Promise<StoppedGateway>;

  logTail = (): readonly string[] => this.running.logTail();
  pause = (): Promise<void> => this.running.pause();
  unpause = (): Promise<void> => this.running.unpause();
  kill = (): Promise<void> => this.running.kill();
  restart = (): Promise<void> => this.running.restart();
  editFile: RunningGateway['editFile'] = (path, edit) => this.running.editFile(path, edit);
  runCli: RunningGateway['runCli'] = (args, options) => this.running.runCli(args, options);

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

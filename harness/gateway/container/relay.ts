import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { Mux } from '../inside/mux.mjs';

interface RelayOptions {
  /** Port of the mocks on 127.0.0.1. */
  mocks: number;
  /** Called with each line that `relay-inside.mjs` sends. */
  onLine: (line: string) => void;
}

/**
 * Our end of the pipe into a gateway's container; the other end is `relay-inside.mjs`. Publishes the gateway on a port
 * of 127.0.0.1 and leads its connections to the mocks, and nowhere else.
 */
export class Relay implements AsyncDisposable {
  readonly #options: RelayOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #mux: Mux | undefined;
  #isCut = false;

  private constructor(options: RelayOptions) {
    this.#options = options;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      this.#hold(socket);
      if (this.#mux) this.#mux.carry(socket);
      else socket.destroy();
    });
  }

  static async open(options: RelayOptions): Promise<Relay> {
    const relay = new Relay(options);
    await new Promise<void>((resolve, reject) => {
      relay.#server.once('error', reject);
      relay.#server.listen(0, '127.0.0.1', resolve);
    });
    return relay;
  }

  /** Where the gateway is published, on 127.0.0.1. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Takes the output and input of a `relay-inside.mjs` into use; after a restart it is a new one. */
  use(readable: Readable, writable: Writable): void {
    const mux = new Mux(readable, writable, {
      first: 0,
      onOpen: () =>
        this.#hold(connect({ port: this.#options.mocks, host: '127.0.0.1', allowHalfOpen: true })),
      onLine: this.#options.onLine,
    });
    if (this.#isCut) mux.cut();
    this.#mux = mux;
    readable.once('close', () => {
      if (this.#mux === mux) this.#mux = undefined;
    });
  }

  /** From now on nothing passes between the gateway and the mocks, as with a cable pulled: no end, no reset, silence. */
  cut(): void {
    this.#isCut = true;
    this.#mux?.cut();
  }

  /** What was held back passes. */
  restore(): void {
    this.#isCut = false;
    this.#mux?.restore();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#mux?.close();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #hold(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }
}

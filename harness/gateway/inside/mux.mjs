/** Plain JavaScript without dependencies: one half of it runs in the container, under whatever Node the image has. */

const OPEN = 1;
const DATA = 2;
const END = 3;
const RESET = 4;
const PAUSE = 5;
const RESUME = 6;
const LINE = 7;
/** Kind, connection, length. */
const HEADER = 9;
/** No honest frame is longer: a socket reads 64 KiB at a time, a line of a log is shorter. */
const LONGEST = 8 * 1024 * 1024;

/**
 * Many TCP connections over one pair of byte streams. How a connection ends on one side it ends on the other: an end
 * for an end, a reset for a reset, and who does not read is not written to. (HTTP/2 could carry this, but tells a reset
 * only after an end, and Node's fails an assertion when a carrier that is no socket closes.)
 */
export class Mux {
  /** @type {import('node:stream').Writable} */
  #carrier;
  /** @type {Map<number, Channel>} */
  #channels = new Map();
  /** Channels whose sockets wait until the carrier takes more. */
  #crowded = new Set();
  #nextId;
  #onOpen;
  #onLine;
  #rest = Buffer.alloc(0);
  /** While the way is cut: what is to be done once it is restored. @type {(() => void)[] | undefined} */
  #held;

  /**
   * @param {import('node:stream').Readable} readable
   * @param {import('node:stream').Writable} writable
   * @param {{ first: 0 | 1, onOpen: () => import('node:net').Socket, onLine?: (line: string) => void }} options
   *   `first`: 0 on one side, 1 on the other; `onOpen` connects (with `allowHalfOpen`) what the other side has opened.
   */
  constructor(readable, writable, { first, onOpen, onLine = () => undefined }) {
    this.#carrier = writable;
    this.#nextId = first;
    this.#onOpen = onOpen;
    this.#onLine = onLine;
    readable.on('data', (chunk) => this.#read(chunk));
    for (const stream of [readable, writable]) {
      stream.on('error', () => this.close());
      stream.on('close', () => this.close());
    }
    writable.on('drain', () => {
      for (const channel of this.#crowded) channel.flow();
      this.#crowded.clear();
    });
  }

  /** Carries a connection that was made on this side; `allowHalfOpen`. @param {import('node:net').Socket} socket */
  carry(socket) {
    const id = this.#nextId;
    this.#nextId += 2;
    this.#send(OPEN, id);
    this.#add(id, socket);
  }

  /** @param {string} text */
  sendLine(text) {
    this.#send(LINE, 0, Buffer.from(text));
  }

  /** From now on the connections that the other side has opened are silent: no data, no end, no reset, nothing new. */
  cut() {
    this.#held ??= [];
  }

  /** What was held back passes, in order. */
  restore() {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const act of held) act();
  }

  close() {
    for (const { socket } of this.#channels.values()) socket.destroy();
    this.#channels.clear();
    this.#carrier.end();
  }

  /** @param {boolean} theirs opened by the other side @param {() => void} act */
  #unlessCut(theirs, act) {
    if (this.#held && theirs) this.#held.push(act);
    else act();
  }

  /** @param {number} id */
  #isTheirs(id) {
    return id % 2 !== this.#nextId % 2;
  }

  /** @param {number} id @param {import('node:net').Socket} socket */
  #add(id, socket) {
    const theirs = this.#isTheirs(id);
    const channel = new Channel(socket);
    this.#channels.set(id, channel);
    socket.on('data', (chunk) =>
      this.#unlessCut(theirs, () => {
        if (this.#send(DATA, id, chunk)) return;
        socket.pause();
        this.#crowded.add(channel);
      }),
    );
    socket.on('drain', () => this.#unlessCut(theirs, () => this.#send(RESUME, id)));
    socket.on('end', () =>
      this.#unlessCut(theirs, () => {
        channel.ended = true;
        this.#send(END, id);
      }),
    );
    // Followed by a close.
    socket.on('error', () => undefined);
    socket.on('close', () =>
      this.#unlessCut(theirs, () => {
        this.#crowded.delete(channel);
        if (this.#channels.get(id) !== channel) return;
        this.#channels.delete(id);
        if (!channel.ended || !channel.ending) this.#send(RESET, id);
      }),
    );
  }

  /** False where the carrier would rather have no more for now. @param {number} kind @param {number} id @param {Buffer} [body] */
  #send(kind, id, body = Buffer.alloc(0)) {
    if (!this.#carrier.writable) return true;
    const header = Buffer.alloc(HEADER);
    header.writeUInt8(kind, 0);
    header.writeUInt32BE(id, 1);
    header.writeUInt32BE(body.length, 5);
    return this.#carrier.write(Buffer.concat([header, body]));
  }

  /** @param {Buffer} chunk */
  #read(chunk) {
    let bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    while (bytes.length >= HEADER) {
      const end = HEADER + bytes.readUInt32BE(5);
      if (end > LONGEST) return this.close();
      if (bytes.length < end) break;
      const kind = bytes.readUInt8(0);
      const id = bytes.readUInt32BE(1);
      const body = bytes.subarray(HEADER, end);
      bytes = bytes.subarray(end);
      if (kind === LINE) this.#onLine(body.toString());
      else this.#unlessCut(this.#isTheirs(id), () => this.#receive(kind, id, body));
    }
    this.#rest = bytes;
  }

  /** @param {number} kind @param {number} id @param {Buffer} body */
  #receive(kind, id, body) {
    if (kind === OPEN) {
      // Only ids of the other side may be opened by it, and each once.
      if (this.#isTheirs(id) && !this.#channels.has(id)) this.#add(id, this.#onOpen());
      return;
    }
    const channel = this.#channels.get(id);
    if (!channel) return;
    const { socket } = channel;
    if (kind === DATA && !socket.write(body)) this.#send(PAUSE, id);
    if (kind === PAUSE || kind === RESUME) channel.hold(kind === PAUSE);
    if (kind === END) {
      channel.ending = true;
      socket.end();
    }
    if (kind === RESET) {
      this.#channels.delete(id);
      if (socket.connecting) socket.destroy();
      else socket.resetAndDestroy();
    }
  }
}

class Channel {
  /** The socket has nothing more to say. */
  ended = false;
  /** The other side has nothing more to say. */
  ending = false;
  /** The other side asks to wait. */
  #onHold = false;

  /** @param {import('node:net').Socket} socket */
  constructor(socket) {
    this.socket = socket;
  }

  /** @param {boolean} onHold */
  hold(onHold) {
    this.#onHold = onHold;
    if (onHold) this.socket.pause();
    else this.flow();
  }

  flow() {
    if (!this.#onHold) this.socket.resume();
  }
}

import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface StandIn extends AsyncDisposable {
  url: string;
  comments: { id: number; body: string; user: { login: string } }[];
  requests: string[];
  /** The next comment is stored, and its answer never arrives. */
  loseNextAnswer(): void;
}

/** As much of GitHub as a comment needs; refuses what GitHub refuses. */
export async function startGitHub(token: string): Promise<StandIn> {
  const comments: StandIn['comments'] = [];
  const requests: string[] = [];
  let lose = false;
  const server = createServer(async (request, response) => {
    const answer = (status: number, data: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(data));
    requests.push(`${request.method} ${request.url}`);
    if (request.headers.authorization !== `token ${token}`)
      return answer(401, { message: 'Bad credentials' });
    if (request.url === '/graphql') return answer(200, { data: { viewer: { login: 'reporter' } } });
    const body = request.method === 'GET' ? '' : await bodyOf(request);
    if (body.length > 65_536) return answer(422, { message: 'Validation Failed: body is too long' });
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://github');
    const id = /^\/repos\/acme\/gateway\/issues\/comments\/(\d+)$/.exec(pathname)?.[1];
    if (id && request.method === 'PATCH') {
      const comment = comments.find((one) => one.id === Number(id));
      return comment
        ? answer(200, shown(Object.assign(comment, { body })))
        : answer(404, { message: 'Not Found' });
    }
    if (pathname !== '/repos/acme/gateway/issues/7/comments') return answer(404, { message: 'Not Found' });
    if (request.method === 'POST') {
      const comment = { id: comments.length + 1, body, user: { login: 'reporter' } };
      comments.push(comment);
      if (lose) {
        lose = false;
        return request.socket.destroy();
      }
      return answer(201, shown(comment));
    }
    const page = Number(searchParams.get('page') ?? 1);
    return answer(200, comments.slice((page - 1) * 100, page * 100).map(shown));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    comments,
    requests,
    loseNextAnswer() {
      lose = true;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const { body } = JSON.parse(await text(request)) as { body: string };
  return body;
}

const shown = (comment: StandIn['comments'][number]) => ({
  ...comment,
  html_url: `https://github.com/acme/gateway/issues/7#issuecomment-${comment.id}`,
});

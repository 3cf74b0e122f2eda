/** A server of ours behind a front that answers wrongly, cuts, stalls and loses answers as it is told. */
import { KEY, type TestServer, withServer } from "../../lib/server/test_server.ts";

/** What the front does with a request. */
export type Trouble =
  | "none"
  | "500"
  | "503"
  | "503 wait"
  | "429 wait"
  | "503 long wait"
  | "507"
  | "stall"
  | "cut before"
  | "cut after"
  | "garbage before"
  | "garbage after"
  | "wrong counts"
  | "half"
  | "restart before"
  | "restart after"
  | "400"
  | "401"
  | "redirect";

/** Front and server, which keep their address through all restarts of the server. */
export class Front {
  /** What to do with a batch; asked for every request. */
  trouble: (jobs: readonly string[]) => Trouble = () => "none";
  /** Batches with more jobs are too large. */
  most_jobs = Infinity;
  requests = 0;
  readonly #root: string;
  readonly #now_ms: () => number;
  readonly #front: Deno.HttpServer<Deno.NetAddr>;
  readonly #stalled = new Set<() => void>();
  #server: TestServer | null = null;
  #stop: () => Promise<void> = () => Promise.resolve();

  private constructor(root: string, now_ms: () => number) {
    this.#root = root;
    this.#now_ms = now_ms;
    this.#front = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {}, onError: () => cut() },
      (request) => this.#answer(request),
    );
  }

  static async open(root: string, now_ms: () => number): Promise<Front> {
    const front = new Front(root, now_ms);
    await front.restart();
    return front;
  }

  get api_url(): string {
    return `http://127.0.0.1:${this.#front.addr.port}`;
  }

  /** Ends the server and starts another one over the same folder. */
  async restart(): Promise<void> {
    await this.#stop();
    const ready = Promise.withResolvers<TestServer>();
    const stop = Promise.withResolvers<void>();
    const ended = withServer((server) => {
      ready.resolve(server);
      return stop.promise;
    }, { environment: { DATA_PATH: this.#root }, now_ms: this.#now_ms });
    ended.catch(ready.reject);
    this.#server = await ready.promise;
    this.#stop = async () => {
      stop.resolve();
      await ended;
    };
  }

  async close(): Promise<void> {
    for (const go of this.#stalled) go();
    await this.#front.shutdown();
    await this.#stop();
  }

  /** The server's jobs, as Accounting.shown() writes them; one that is there twice comes twice. */
  async jobs(): Promise<readonly string[]> {
    const found: string[] = [];
    for (let offset: number | null = 0; offset !== null;) {
      const { status, body } = await this.#running.post("/api/dashboard/filter", {
        hostname: "alpha",
        limit: 10_000,
        offset,
      });
      if (status === 404) return [];
      const { data, next_offset } = body as unknown as { data: ShownJob[]; next_offset: number | null };
      found.push(...data.map(shownJob));
      offset = next_offset;
    }
    return found;
  }

  /** Up to when the accounting was seen, as the server was told. */
  get collected_until_s(): number | null {
    return this.#running.services.warehouse.clusters.get("alpha")?.report.collected_until_s ?? null;
  }

  get #running(): TestServer {
    if (this.#server === null) throw new Error("no server runs");
    return this.#server;
  }

  async #answer(request: Request): Promise<Response> {
    this.requests++;
    const { method, headers, url } = request;
    const body = new Uint8Array(await request.arrayBuffer());
    const { pathname, search } = new URL(url);
    const pass = () =>
      this.#running.fetch(pathname + search, { method, headers, ...(body.length > 0 ? { body } : {}) });
    const stream = new Blob([body]).stream().pipeThrough(new DecompressionStream("gzip"));
    const batch: { readonly jobs: readonly { readonly JobID: string }[] } = await new Response(stream).json();
    const { jobs } = batch;
    if (jobs.length > this.most_jobs) return problem(413);
    const wait = (status: number, s: string) => new Response(null, { status, headers: { "Retry-After": s } });
    switch (this.trouble(jobs.map(({ JobID }) => JobID))) {
      case "none":
        return await pass();
      case "500":
        return new Response("oops", { status: 500 });
      case "503":
        return problem(503);
      case "503 wait":
        return wait(503, "7");
      case "429 wait":
        return wait(429, new Date(this.#now_ms() + 20_000).toUTCString());
      case "503 long wait":
        return wait(503, "7200");
      case "507":
        return problem(507);
      case "stall":
        await new Promise<void>((go) => {
          this.#stalled.add(go);
          request.signal.addEventListener("abort", () => go());
        });
        return cut();
      case "cut before":
        return cut();
      case "cut after":
        await pass();
        return cut();
      case "garbage before":
        return new Response("<html>Welcome</html>");
      case "garbage after":
        await pass();
        return new Response('{"success": tru');
      case "wrong counts": {
        const answer = await (await pass()).json();
        return Response.json({ ...answer, accepted: (answer.accepted ?? 0) + 1 });
      }
      case "half": {
        // As of a server that lost the others on the way.
        const part = { ...batch, jobs: batch.jobs.slice(0, batch.jobs.length >> 1) };
        const plain = new Headers([["X-API-Key", KEY], ["Content-Type", "application/json"]]);
        return await this.#running.fetch(pathname, { method, headers: plain, body: JSON.stringify(part) });
      }
      case "restart before":
        await this.restart();
        return cut();
      case "restart after":
        await pass();
        await this.restart();
        return cut();
      case "400":
        return problem(400);
      case "401":
        return problem(401);
      case "redirect":
        return new Response(null, { status: 302, headers: { Location: "https://example.org/login" } });
    }
  }
}

interface ShownJob {
  readonly JobID: string;
  readonly State: string;
  readonly Submit: string;
  readonly Start: string;
  readonly End: string | null;
}

function shownJob({ JobID, State, Submit, Start, End }: ShownJob): string {
  const seconds = (time: string) => Date.parse(time) / 1000;
  return `${JobID} ${State} ${seconds(Submit)} ${seconds(Start)} ${End === null ? "-" : seconds(End)}`;
}

function problem(status: number): Response {
  return Response.json({ title: "Told to", detail: "as the story goes" }, { status });
}

/** An answer whose connection breaks. */
function cut(): Response {
  const body = new ReadableStream({ start: (controller) => controller.error(new Error("cut")) });
  return new Response(body, { headers: { "Content-Length": "99" } });
}

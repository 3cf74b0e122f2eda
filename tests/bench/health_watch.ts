/** Asks for a server's health again and again, in a thread of its own, so that only the server can keep it waiting. */
/// <reference lib="webworker" />

const health_ms: number[] = [];
let stop = false;

async function watch(origin: string): Promise<void> {
  while (!stop) {
    const start_ms = performance.now();
    await (await fetch(`${origin}/api/dashboard/health`)).arrayBuffer();
    health_ms.push(performance.now() - start_ms);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  self.postMessage(health_ms);
}

self.onmessage = ({ data }: MessageEvent<string | null>) => {
  if (data === null) stop = true;
  else watch(data);
};

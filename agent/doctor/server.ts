import * as z from "zod";
import { INGEST_PATH } from "../../lib/job/batch.ts";
import type { Config } from "../config.ts";
import { secretsOf, withoutSecrets } from "../sending/secrets.ts";
import { AGENT } from "../version.ts";
import { wordsOf } from "../words.ts";
import type { World } from "../world.ts";
import { type Finding, findings } from "./finding.ts";

const HEALTH_PATH = "/api/dashboard/health";
const SKEW_WARNING_S = 60;
const SKEW_PROBLEM_S = 600;
const WORDS_CHARACTERS = 300;

const HEALTH = z.object({
  status: z.literal("healthy"),
  hostnames: z.array(z.string()),
  clusters: z.record(z.string(), z.object({ jobs: z.number() })).optional(),
});

/** What a check of the server works with. */
interface About {
  readonly config: Config;
  readonly cluster: string | null;
  readonly world: World;
}

/** Whether the server is there, is ours, keeps the same time and takes the key. */
export async function checkServer({ config, cluster, world }: About): Promise<readonly Finding[]> {
  const { ok, warning, problem } = findings("server");
  const base = config.api_url.replace(/\/+$/, "");
  const found: Finding[] = [];
  if (base.startsWith("http:") && !/^http:\/\/(?:localhost|127\.|\[::1\])/.test(base)) {
    found.push(
      warning("the key and the jobs travel unencrypted (allow_insecure_http)", "use https:// in api_url"),
    );
  }
  const answer = await asked(base + HEALTH_PATH, { config, world });
  if ("failed" in answer) return [...found, problem(answer.failed, adviceAbout(answer.failed))];
  const skew = clock(answer, world);
  const health = HEALTH.safeParse(json(answer.text)).data;
  if (health === undefined) {
    const words = notOurs(base + HEALTH_PATH, { answer, secrets: secretsOf(config) });
    return [...found, problem(words, "correct api_url"), ...skew];
  }
  const jobs = cluster === null ? undefined : health.clusters?.[cluster]?.jobs;
  const known = cluster !== null && health.hostnames.includes(cluster);
  const has = jobs === undefined ? "" : ` with ${jobs} jobs`;
  found.push(
    ok(
      `${base} answers; it ${
        known ? `knows ${cluster}${has}` : `has nothing of ${cluster ?? "this cluster"} yet`
      }`,
    ),
  );
  return [...found, ...skew, ...await key(base + INGEST_PATH, { config, cluster, world })];
}

/** Whether the key is good for this cluster; a batch without jobs finds it out and stores none. */
async function key(url: string, { config, cluster, world }: About): Promise<readonly Finding[]> {
  const { ok, warning, problem } = findings("key");
  if (cluster === null) {
    return [warning("cannot be checked without the cluster's name", "set cluster_name in the configuration")];
  }
  const body = JSON.stringify({ hostname: cluster, agent: AGENT, jobs: [] });
  const answer = await asked(url, { config, world, body });
  if ("failed" in answer) return [problem(answer.failed, adviceAbout(answer.failed))];
  const said = detail(answer.text, secretsOf(config));
  switch (answer.response.status) {
    case 200:
      return [ok(`the server takes it for ${cluster}`)];
    case 401:
      return [problem(`the server does not know it: ${said}`, "give api_key one of the server's API_KEYS")];
    case 403:
      return [
        problem(`it is not for this cluster: ${said}`, `on the server, bind a key to ${cluster} in API_KEYS`),
      ];
    default:
      return [
        warning(
          `cannot be checked: the server answered ${answer.response.status}: ${said}`,
          "look at the server's log",
        ),
      ];
  }
}

function clock({ response }: Answer, { now }: World): readonly Finding[] {
  const { ok, warning, problem } = findings("clock");
  const theirs = Date.parse(response.headers.get("Date") ?? "") / 1000;
  if (isNaN(theirs)) return [];
  const skew = Math.round(now() - theirs);
  const words = `this host's clock is ${Math.abs(skew)} s ${skew < 0 ? "behind" : "ahead of"} the server's`;
  const advice = "set the clocks by NTP: timedatectl status";
  if (Math.abs(skew) > SKEW_PROBLEM_S) return [problem(words, advice)];
  if (Math.abs(skew) > SKEW_WARNING_S) return [warning(words, advice)];
  return [ok("agrees with the server's")];
}

interface Answer {
  readonly response: Response;
  readonly text: string;
}

async function asked(
  url: string,
  { config, world, body }: { readonly config: Config; readonly world: World; readonly body?: string },
): Promise<Answer | { readonly failed: string }> {
  const signal = AbortSignal.timeout(config.timeout_s * 1000);
  const headers = { "User-Agent": AGENT };
  try {
    const response = await world.fetch(
      url,
      body === undefined ? { headers, signal, redirect: "manual" } : {
        method: "POST",
        headers: { ...headers, "Content-Type": "application/json", "X-API-Key": config.api_key },
        body,
        signal,
        redirect: "manual",
      },
    );
    return { response, text: await response.text() };
  } catch (error) {
    if (signal.aborted) return { failed: `${url} did not answer within ${config.timeout_s} s` };
    return { failed: `${url} cannot be reached: ${wordsOf(error)}` };
  }
}

function notOurs(
  url: string,
  { answer: { response, text }, secrets }: { readonly answer: Answer; readonly secrets: readonly string[] },
): string {
  const target = response.headers.get("Location");
  if (target !== null) {
    const shown = withoutSecrets(target, [...secrets, ...secrets.map(encodeURIComponent)]);
    return `${url} redirects to ${shown}: set api_url to where the dashboard itself is`;
  }
  if (response.ok) return `${url} answers, but not as SLURM Usage History does`;
  return `${url} answered ${response.status}: ${detail(text, secrets)}`;
}

function adviceAbout(failure: string): string {
  if (/UnknownIssuer|self.?signed/i.test(failure)) {
    return "its certificate is of an authority that this host does not know: name that authority's certificate in ca_file";
  }
  if (/CaUsedAsEndEntity/.test(failure)) {
    return "its certificate is one of an authority (CA:TRUE): let that authority sign one for the server";
  }
  if (/expired|NotValidYet|not valid yet/i.test(failure)) {
    return "renew its certificate; or is this host's clock wrong?";
  }
  if (/NotValidForName|not valid for name/i.test(failure)) {
    return "its certificate is for another name: use that name in api_url";
  }
  if (/certificate|tls|handshake|InvalidContentType/i.test(failure)) {
    return "its TLS cannot be used: is it https:// at that port?";
  }
  if (/was built/.test(failure)) return "build the program for this address, or correct api_url";
  if (/dns|resolve|lookup/i.test(failure)) {
    return "no such host: is api_url spelt right, and does this host have DNS?";
  }
  if (/refused/i.test(failure)) return "nothing listens there: is the server running, is the port right?";
  if (/did not answer|timed? ?out|unreachable/i.test(failure)) {
    return "is a firewall in between, or a proxy needed (HTTPS_PROXY)?";
  }
  return "can this host reach the server? try: curl -I with that address";
}

/** The server's words: the detail or title of a problem (RFC 9457), else the beginning of the text. */
function detail(text: string, secrets: readonly string[]): string {
  const problem = z.object({ title: z.string(), detail: z.string() }).partial().safeParse(json(text)).data;
  // Before they are cut: half a key is too much as well.
  const words = withoutSecrets(problem?.detail ?? problem?.title ?? text, secrets);
  return words.replace(/[\s\p{Cc}]+/gu, " ").trim().slice(0, WORDS_CHARACTERS) || "it said nothing";
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { type Config, UsageError } from "./config.ts";
import { CA_BUNDLES } from "./permissions.ts";
import { wordsOf } from "./words.ts";
import type { World } from "./world.ts";

/**
 * Where to look for the certificates that this host trusts, the first that can be read counts: in the file that
 * `SSL_CERT_FILE` names, which a compiled program may not be allowed to read, else where distributions put them.
 */
export function bundles(ssl_cert_file: string | undefined): readonly string[] {
  return ssl_cert_file ? [ssl_cert_file, ...CA_BUNDLES] : CA_BUNDLES;
}

/**
 * The world with a `fetch` that trusts, besides the authorities that Deno brings along, those of this host and of
 * `ca_file`.
 *
 * @throws {UsageError} if `ca_file` cannot be read or holds no certificate.
 */
export async function trusting(world: World, { ca_file }: Pick<Config, "ca_file">): Promise<World> {
  const all = [ca_file === null ? null : await given(ca_file, world), await systemBundle(world)]
    .filter((text) => text !== null);
  return all.length === 0 ? world : { ...world, fetch: world.fetchTrusting(all) };
}

async function given(path: string, world: World): Promise<string> {
  try {
    return await certificates(path, world);
  } catch (cause) {
    throw new UsageError([`Cannot use the certificates in ca_file ${path}: ${wordsOf(cause)}`], { cause });
  }
}

/** The certificates this host trusts; null if they lie nowhere known, or cannot be read. */
async function systemBundle(world: World): Promise<string | null> {
  for (const path of world.ca_bundles) {
    try {
      return await certificates(path, world);
    } catch {
      // Each distribution has its own place, and Deno's own authorities remain.
    }
  }
  return null;
}

async function certificates(path: string, { read, fetchTrusting }: World): Promise<string> {
  const text = await read(path);
  if (!text.includes("-----BEGIN CERTIFICATE-----")) throw new Error("it holds no certificate in PEM form");
  fetchTrusting([text]);
  return text;
}

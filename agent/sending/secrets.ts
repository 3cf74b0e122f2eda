/** What must not be said aloud. */

/** What is shorter anybody can guess, and it stands in every other word. */
const SHORTEST = 3;

/** Reads a variable of the environment. */
export type Environment = (name: string) => string | undefined;

/** What no line of the journal may hold: the key, and passwords of the proxy and of the address. */
export function secretsOf(
  { api_key, api_url }: { readonly api_key: string; readonly api_url: string },
  env: Environment = (name) => Deno.env.get(name),
): readonly string[] {
  const proxies = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"].flatMap((
    name,
  ) => [env(name), env(name.toLowerCase())]);
  const passwords = [...proxies, api_url].flatMap((address) => passwordOf(address ?? ""));
  return [api_key, ...passwords].filter((secret) => secret.length >= SHORTEST).sort((a, b) =>
    b.length - a.length
  );
}

/** A password in an address as it is written there, and as it is meant. */
function passwordOf(address: string): readonly string[] {
  const written =
    /^[^/]*:\/\/[^/@]*?:(.*)@/.exec(address.includes("://") ? address : `http://${address}`)?.[1] ?? "";
  try {
    return [written, decodeURIComponent(written)];
  } catch {
    return [written];
  }
}

/** A text with stars in place of secrets. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((left, secret) => left.replaceAll(secret, "***"), text);
}

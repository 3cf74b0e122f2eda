import { type Connection, exchange, json, type Refusal, type Request } from "./exchange.ts";

/**
 * Asks the server for something, as JSON. That the server lacks it (404, 405) is a refusal.
 *
 * @param path below the server's address, with its query
 * @throws {StoppedError} if the server cannot be reached or refuses whatever is asked
 */
export function getJson(
  path: string,
  connection: Connection,
): Promise<{ readonly answer: unknown } | Refusal> {
  return ask({ method: "GET", path }, connection);
}

/**
 * Posts something to the server as JSON, and returns what it answers. It may arrive more than once. That the server
 * lacks such a place (404, 405) is a refusal.
 *
 * @throws {StoppedError} if the server cannot be reached or refuses whatever is sent
 */
export function postJson(
  path: string,
  body: unknown,
  connection: Connection,
): Promise<{ readonly answer: unknown } | Refusal> {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  return ask(
    { method: "POST", path, headers: { "Content-Type": "application/json" }, body: bytes },
    connection,
  );
}

async function ask(
  request: Request,
  connection: Connection,
): Promise<{ readonly answer: unknown } | Refusal> {
  const headers = { Accept: "application/json", ...request.headers };
  const outcome = await exchange({ ...request, headers, optional: true }, { connection, read });
  return "answer" in outcome ? { answer: outcome.answer.value } : outcome;
}

function read(text: string): { readonly value: unknown } | null {
  const value = json(text);
  return value === undefined ? null : { value };
}

import { fileURLToPath } from "node:url";

/** A row as DuckDB prints it: numbers, text, or lists and structures of them. */
export type DuckRow = Readonly<Record<string, unknown>>;

/**
 * Runs statements in a fresh DuckDB and gives the rows of the last: an independent reader and writer of Parquet.
 * It runs in a process of its own, since the end of a test file would unload the library under its own threads.
 */
export async function duckdb(...statements: readonly string[]): Promise<readonly DuckRow[]> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", fileURLToPath(new URL("duckdb_process.ts", import.meta.url))],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await new Response(JSON.stringify(statements)).body?.pipeTo(process.stdin);
  const { stdout, stderr } = await process.output();
  const text = new TextDecoder().decode(stdout);
  if (text === "") throw new Error(`DuckDB: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(text);
}

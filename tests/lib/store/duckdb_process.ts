/** Runs the SQL statements it gets as JSON on its standard input and prints the rows of the last as JSON. */
import { DuckDBInstance } from "@duckdb/node-api";

const statements: readonly string[] = JSON.parse(await new Response(Deno.stdin.readable).text());
const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
const connection = await instance.connect();
let rows: unknown = [];
for (const statement of ["SET TimeZone = 'UTC'", ...statements]) {
  rows = (await connection.runAndReadAll(statement)).getRowObjectsJson();
}
await new Response(JSON.stringify(rows)).body?.pipeTo(Deno.stdout.writable);
// Not the usual end: it would unload the library under its own threads.
Deno.kill(Deno.pid, "SIGKILL");

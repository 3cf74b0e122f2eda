import { DuckDBInstance } from "@duckdb/node-api";

/** A row as DuckDB prints it: numbers, text, or lists and structures of them. */
export type DuckRow = Readonly<Record<string, unknown>>;

/** Runs statements in a fresh DuckDB and gives the rows of the last: an independent reader and writer of Parquet. */
export async function duckdb(...statements: readonly string[]): Promise<readonly DuckRow[]> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    let rows: readonly DuckRow[] = [];
    for (const statement of statements) {
      rows = (await connection.runAndReadAll(statement)).getRowObjectsJson();
    }
    return rows;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

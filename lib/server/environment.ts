import { parseEnv } from "node:util";

/** The environment, and what a `.env` file beside `deno.json` adds to it; a variable that is set wins. */
export async function environment(file: string): Promise<Record<string, string | undefined>> {
  try {
    return { ...parseEnv(await Deno.readTextFile(file)), ...Deno.env.toObject() };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return Deno.env.toObject();
    throw error;
  }
}

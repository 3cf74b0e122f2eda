import { dirname } from "node:path";
import { PROGRAM } from "./version.ts";

/** The files that install.sh needs beside itself, and itself; the program comes in addition. */
export const INSTALLED = [
  "install.sh",
  "README.md",
  "bundle_wrapper.sh",
  "config.json.example",
  `completion/${PROGRAM}.bash`,
  `man/${PROGRAM}.8`,
  `systemd/${PROGRAM}.service`,
  `systemd/${PROGRAM}.timer`,
] as const;

/** Copies files with their folders. */
export async function copy(
  files: readonly string[],
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  for (const file of files) {
    await Deno.mkdir(dirname(`${to}/${file}`), { recursive: true });
    await Deno.copyFile(`${from}/${file}`, `${to}/${file}`);
  }
}

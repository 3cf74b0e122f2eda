/**
 * Pictures of every page of the demo at 1440 and 390 pixels in both themes, to be looked at.
 *
 *   deno run -A tests/browser/screenshots.ts FOLDER [--only text] [--whole]
 *
 * `--only` keeps the pictures whose name holds the text, as `overview-1440-dark`; `--whole` shows pages to their end
 * and not one window of them. The jobs are made in a folder of their own, which is removed afterwards.
 */
import { parseArgs } from "node:util";
import { join } from "node:path";
import { startServer } from "../flow/server_process.ts";
import { launchBrowser, untilDrawn, withPage } from "./browser.ts";
import { pagesOf } from "./site.ts";

const SIZES = [{ width: 1440, height: 900 }, { width: 390, height: 844 }] as const;
const THEMES = ["light", "dark"] as const;

async function take(folder: string, { only, whole }: { readonly only: string; readonly whole: boolean }) {
  const browser = await launchBrowser();
  if (browser === null) return;
  const data = await Deno.makeTempDir({ prefix: "suh-pictures-" });
  const server = await startServer({}, { script: "demo.ts", args: [data] });
  try {
    await Deno.mkdir(folder, { recursive: true });
    for (const { name, path } of await pagesOf(server)) {
      for (const viewport of SIZES) {
        for (const colorScheme of THEMES) {
          const picture = `${name.replaceAll(" ", "-")}-${viewport.width}-${colorScheme}.png`;
          if (!picture.includes(only)) continue;
          await withPage(browser, { viewport, colorScheme, reducedMotion: "reduce" }, async ({ page }) => {
            await page.goto(server.origin + path);
            await untilDrawn(page);
            await page.screenshot({ path: join(folder, picture), fullPage: whole });
          });
          console.log(picture);
        }
      }
    }
  } finally {
    await browser.close();
    await server.end("SIGTERM");
    await Deno.remove(data, { recursive: true });
  }
}

if (import.meta.main) {
  const { positionals: [folder], values: { only, whole } } = parseArgs({
    args: Deno.args,
    allowPositionals: true,
    options: { only: { type: "string", default: "" }, whole: { type: "boolean", default: false } },
  });
  if (folder === undefined) {
    console.error("Usage: deno run -A tests/browser/screenshots.ts FOLDER [--only text] [--whole]");
    Deno.exit(2);
  }
  await take(folder, { only, whole });
}

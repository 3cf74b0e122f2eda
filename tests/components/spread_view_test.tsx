import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import { SpreadView } from "../../components/SpreadView.tsx";
import { clusterOf, dataOf, NOW_S, twoClusters } from "../lib/pages/small_data.ts";
import { SPREAD_PAGES, spreadModel } from "../lib/pages/spread_models.ts";

const PAGES = Object.keys(SPREAD_PAGES) as (keyof typeof SPREAD_PAGES)[];

Deno.test("SpreadView renders every page of spreads twice the same, hostile names as text", async () => {
  for (const page of PAGES) {
    const model = await spreadModel(page, twoClusters(), { query: "by=account&period=90d" });
    const html = renderToString(<SpreadView model={model} />);
    assert.equal(renderToString(<SpreadView model={model} />), html);
    assert.ok(!html.includes("<script>"), page);
    assert.ok(html.includes("&lt;script>"), page);
    assert.equal(html.match(/<figure/g)?.length, model.panels.length, page);
    for (const { figure } of model.panels) assert.ok(html.includes(`id="${figure.id}"`), figure.id);
  }
});

Deno.test("the pages of spreads have no figure and say why where no job is", async () => {
  for (const page of PAGES) {
    const data = dataOf(clusterOf("alpha", [{ submit: NOW_S - 400 * 86_400 }]));
    const model = await spreadModel(page, data);
    assert.deepEqual([model.tiles, model.panels, model.tables], [[], [], []], page);
    assert.deepEqual(model.notices.map(({ state }) => state), ["no-data"], page);
    assert.equal(renderToString(<SpreadView model={model} />), "", page);
    const nobody = await spreadModel(page, twoClusters(), { query: "user=nobody" });
    assert.ok(nobody.notices.some(({ state }) => state === "filtered-out"), page);
    assert.deepEqual((await spreadModel(page, dataOf())).panels, [], page);
  }
});

Deno.test("a figure of a page of spreads that fails leaves the others alive and says so in its place", async () => {
  const data = () => dataOf(clusterOf("alpha", [100, 5000].map((run_s) => ({ run_s, gpus: 1, mem: "4G" }))));
  for (const page of PAGES) {
    let calls = 0;
    const whole = await spreadModel(page, data(), {
      breathe: () => {
        calls++;
        return undefined;
      },
    });
    const failed_ids = new Set<string>();
    for (let broken = 1; broken <= calls; broken++) {
      let call = 0;
      const model = await spreadModel(page, data(), {
        breathe: () => {
          if (++call === broken) throw new Error("the disk is gone");
          return undefined;
        },
        failed: () => "request 7",
      }).catch(() => null);
      // What the page cannot do without fails as a whole, and the server answers so.
      if (model === null) continue;
      const failed = [...model.panels.map(({ figure }) => figure), ...model.tables].filter((made) =>
        "kind" in made && made.kind === "failed"
      );
      if (failed.length === 0) continue;
      for (const { id } of failed) failed_ids.add(id);
      assert.deepEqual(
        model.panels.filter(({ figure }) => figure.kind !== "failed"),
        whole.panels.filter(({ figure }) => failed.every(({ id }) => id !== figure.id)),
        `${page}, ${broken} of ${calls}`,
      );
      const html = renderToString(<SpreadView model={model} />);
      assert.ok(html.includes("request 7"), `${page}, ${broken} of ${calls}`);
    }
    assert.ok(failed_ids.has("trend") || failed_ids.has("shares"), `${page}: ${[...failed_ids]}`);
    assert.ok(failed_ids.has("histogram") && failed_ids.has("table"), `${page}: ${[...failed_ids]}`);
  }
});

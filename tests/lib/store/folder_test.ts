import assert from "node:assert/strict";
import {
  addSegmentFile,
  archiveSegment,
  listArchived,
  listClusters,
  listSegments,
  listSetAside,
  readSegmentFile,
  removeLeftovers,
  setAside,
} from "../../../lib/store/folder.ts";
import { withFolder } from "../../helpers.ts";

const NOW = Date.UTC(2026, 0, 8, 12, 30, 5, 7);
const cluster = "alpha";

async function add(root: string, now_ms: number, text = "x") {
  const after = (await listSegments(root, cluster)).at(-1) ?? null;
  return await addSegmentFile(root, { cluster, bytes: new TextEncoder().encode(text), now_ms, after });
}

async function namesOf(root: string): Promise<string[]> {
  return (await listSegments(root, cluster)).map(({ name }) => name);
}

Deno.test("addSegmentFile() names files by the time, below the cluster's weekly-data", async () => {
  await withFolder(async (root) => {
    const file = await add(root, NOW, "hello");
    assert.equal(file.name, "jobs_20260108_123005_007.parquet");
    assert.equal(file.bytes, 5);
    assert.equal(await Deno.readTextFile(`${root}/alpha/weekly-data/${file.name}`), "hello");
    const bytes = await readSegmentFile(root, { cluster, name: file.name });
    assert.equal(new TextDecoder().decode(bytes ?? undefined), "hello");
    assert.equal(await readSegmentFile(root, { cluster, name: "removed.parquet" }), null);
  });
});

Deno.test("addSegmentFile() gives rising names though the clock stands still or goes back", async () => {
  await withFolder(async (root) => {
    const names: string[] = [];
    for (const now_ms of [NOW, NOW, NOW + 1, NOW - 3_600_000, NOW - 86_400_000 * 400, NOW]) {
      names.push((await add(root, now_ms)).name);
    }
    assert.equal(new Set(names).size, names.length);
    assert.deepEqual(names, [...names].sort());
    assert.deepEqual(await namesOf(root), names);
  });
});

Deno.test("addSegmentFile() never overwrites a file, even one it was not told of", async () => {
  await withFolder(async (root) => {
    const first = await addSegmentFile(root, {
      cluster,
      bytes: new Uint8Array([1]),
      now_ms: NOW,
      after: null,
    });
    const second = await addSegmentFile(root, {
      cluster,
      bytes: new Uint8Array([2, 2]),
      now_ms: NOW,
      after: null,
    });
    assert.notEqual(first.name, second.name);
    assert.deepEqual((await listSegments(root, cluster)).map(({ bytes }) => bytes), [1, 2]);
  });
});

Deno.test("addSegmentFile() comes after a file without a time in its name, though that is from the future", async () => {
  await withFolder(async (root) => {
    await add(root, NOW);
    const foreign = `${root}/alpha/weekly-data/week.parquet`;
    await Deno.writeTextFile(foreign, "by hand");
    await Deno.utime(foreign, new Date(NOW), new Date(NOW + 86_400_000));
    const { name } = await add(root, NOW + 5);
    assert.deepEqual(await namesOf(root), ["jobs_20260108_123005_007.parquet", "week.parquet", name]);
  });
});

Deno.test("listSegments() lists Parquet files alone, in the order in which they were received", async () => {
  await withFolder(async (root) => {
    assert.deepEqual(await namesOf(root), []);
    const folder = `${root}/alpha/weekly-data`;
    await Deno.mkdir(`${folder}/folder.parquet`, { recursive: true });
    for (
      const name of [
        "jobs_20250102_000000.parquet",
        "jobs_20250101_235959_999.parquet",
        "a.txt",
        "b.parquet.tmp",
      ]
    ) {
      await Deno.writeTextFile(`${folder}/${name}`, "");
    }
    await Deno.writeTextFile(`${folder}/old.parquet`, "");
    await Deno.utime(`${folder}/old.parquet`, new Date(0), new Date(Date.UTC(2024, 0, 1)));
    assert.deepEqual(await namesOf(root), [
      "old.parquet",
      "jobs_20250101_235959_999.parquet",
      "jobs_20250102_000000.parquet",
    ]);
  });
});

Deno.test("listClusters() lists folders that are named as clusters", async () => {
  await withFolder(async (root) => {
    assert.deepEqual(await listClusters(`${root}/nothing here`), []);
    for (const name of ["beta", "alpha-2", ".hidden", "no cluster", "x".repeat(64)]) {
      await Deno.mkdir(`${root}/${name}`);
    }
    await Deno.mkdir(`${root}/archive`);
    await Deno.writeTextFile(`${root}/file`, "");
    assert.deepEqual(await listClusters(root), ["alpha-2", "beta"]);
  });
});

Deno.test("listClusters() and listSegments() follow links, and pass over those that lead nowhere or in a circle", async () => {
  await withFolder(async (parent) => {
    const [root, elsewhere] = [`${parent}/data`, `${parent}/elsewhere`];
    await Deno.mkdir(`${elsewhere}/weekly-data`, { recursive: true });
    await Deno.mkdir(`${root}/alpha/weekly-data`, { recursive: true });
    await Deno.writeTextFile(`${elsewhere}/jobs`, "12345");
    await Deno.symlink(elsewhere, `${root}/linked`);
    await Deno.symlink("alpha", `${root}/relative`);
    const folder = `${root}/alpha/weekly-data`;
    await Deno.symlink(`${elsewhere}/jobs`, `${root}/file`);
    await Deno.symlink(`${elsewhere}/jobs`, `${folder}/far.parquet`);
    await Deno.symlink(`${elsewhere}/jobs`, `${folder}/far.txt`);
    await Deno.symlink(elsewhere, `${folder}/folder.parquet`);
    for (const name of [`${root}/broken`, `${folder}/broken.parquet`]) {
      await Deno.symlink(`${parent}/nothing`, name);
      await Deno.symlink(`${elsewhere}/jobs/nothing`, name.replace("broken", "below-a-file"));
      const circle = name.replace("broken", "circle");
      await Deno.symlink(circle, circle);
    }
    assert.deepEqual(await listClusters(root), ["alpha", "linked", "relative"]);
    assert.deepEqual((await listSegments(root, cluster)).map(({ name, bytes }) => [name, bytes]), [
      ["far.parquet", 5],
    ]);
    await Deno.rename(`${folder}/far.parquet`, `${elsewhere}/weekly-data/moved.parquet`);
    assert.deepEqual((await listSegments(root, "linked")).map(({ name }) => name), ["moved.parquet"]);
  });
});

Deno.test("addSegmentFile() refuses names that would leave the data folder", async () => {
  await withFolder(async (parent) => {
    const root = `${parent}/data`;
    await Deno.mkdir(root);
    for (const name of ["..", ".", "../x", "a/b", "a\\b", "", "a\u0000b", "-x", "x".repeat(64), "a\n"]) {
      const adding = { cluster: name, bytes: new Uint8Array(1), now_ms: NOW, after: null };
      await assert.rejects(() => addSegmentFile(root, adding), {
        name: "TypeError",
        message: /is no name of a cluster/,
      });
    }
    assert.deepEqual([...Deno.readDirSync(parent)].map(({ name }) => name), ["data"]);
    assert.deepEqual([...Deno.readDirSync(root)], []);
  });
});

Deno.test("setAside() moves a file out of the way and keeps those moved before", async () => {
  await withFolder(async (root) => {
    const { name } = await add(root, NOW, "first");
    await setAside(root, { cluster, name });
    assert.deepEqual(await namesOf(root), []);
    await Deno.writeTextFile(`${root}/alpha/weekly-data/${name}`, "second");
    await setAside(root, { cluster, name });
    assert.deepEqual(await listSetAside(root, cluster), [name, `${name}.2`]);
    const kept = [name, `${name}.2`].map((file) => Deno.readTextFileSync(`${root}/alpha/set-aside/${file}`));
    assert.deepEqual(kept, ["first", "second"]);
  });
});

Deno.test("removeLeftovers() removes half-written files and nothing else", async () => {
  await withFolder(async (root) => {
    const { name } = await add(root, NOW);
    await Deno.writeTextFile(`${root}/alpha/weekly-data/jobs_1.parquet.tmp`, "half");
    await Deno.writeTextFile(`${root}/alpha/report.json.tmp`, "half");
    await Deno.writeTextFile(`${root}/alpha/report.json`, "{}");
    await removeLeftovers(root, cluster);
    assert.deepEqual([...Deno.readDirSync(`${root}/alpha/weekly-data`)].map((entry) => entry.name), [name]);
    const above = [...Deno.readDirSync(`${root}/alpha`)].map((entry) => entry.name).sort();
    assert.deepEqual(above, ["report.json", "weekly-data"]);
    await removeLeftovers(root, "never-seen");
  });
});

Deno.test("listSegments() lists the files of years first, and of the folder data no others", async () => {
  await withFolder(async (root) => {
    await Deno.mkdir(`${root}/alpha/data`, { recursive: true });
    const later = new Date(NOW + 86_400_000);
    for (const name of ["jobs_2024.parquet", "jobs_2023.parquet", "notes.parquet", "jobs_2022.csv"]) {
      await Deno.writeTextFile(`${root}/alpha/data/${name}`, name);
      await Deno.utime(`${root}/alpha/data/${name}`, later, later);
    }
    const { name } = await add(root, NOW);
    const years = ["data/jobs_2023.parquet", "data/jobs_2024.parquet"];
    assert.deepEqual(await namesOf(root), [...years, name]);
    const bytes = await readSegmentFile(root, { cluster, name: years[0] });
    assert.equal(new TextDecoder().decode(bytes ?? undefined), "jobs_2023.parquet");
    await setAside(root, { cluster, name: years[0] });
    assert.deepEqual(await listSetAside(root, cluster), ["jobs_2023.parquet"]);
    assert.deepEqual(await namesOf(root), [years[1], name]);
  });
});

Deno.test("archiveSegment() moves a file to the archive and keeps those moved before", async () => {
  await withFolder(async (root) => {
    const name = "jobs_20260108_123005_007_2026W02.parquet";
    for (const text of ["first", "second", "third"]) {
      await add(root, NOW);
      await Deno.writeTextFile(`${root}/alpha/weekly-data/${name}`, text);
      await archiveSegment(root, { cluster, name });
    }
    const kept = (await listArchived(root, cluster)).map((file) => file.name);
    assert.deepEqual(kept, [name, name.replace("W02", "W02_2"), name.replace("W02", "W02_3")]);
    assert.deepEqual(kept.map((file) => Deno.readTextFileSync(`${root}/archive/alpha/${file}`)), [
      "first",
      "second",
      "third",
    ]);
    assert.equal((await namesOf(root)).includes(name), false);
  });
});

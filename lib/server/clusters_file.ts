import { z } from "zod";
import { CLUSTER_NAME } from "../job/batch.ts";
import { nodesNamed } from "../job/node_lists.ts";
import type { NodePeriod, NodeShape } from "../store/inventory.ts";
import { isDay } from "../view/filters.ts";
import { ConfigError } from "./config.ts";
import { GIB } from "../view/units.ts";

/** Most nodes that one line may name. */
const MOST_NODES = 100_000;

const day = z.string().refine(isDay, "must be a day such as 2024-01-31");
const count = z.number().int().nonnegative();

const groupSchema = z.strictObject({
  nodes: z.string().transform((list, context) => {
    const names = nodesNamed(list, MOST_NODES) ?? [];
    if (names.length > 0) return names;
    context.addIssue(`is "${list}" but must be nodes as Slurm writes them, such as n[001-100]`);
    return z.NEVER;
  }),
  cpus: count.positive(),
  gpus: z.union([count, z.record(z.string().min(1), count)]).default(0),
  memory_gib: z.number().positive().nullable().default(null),
  partitions: z.array(z.string().min(1)).default([]),
  from: day,
  until: day.nullable().default(null),
}).refine(({ from, until }) => until === null || from < until, {
  path: ["until"],
  message: "must be after from",
});

const fileSchema = z.record(
  z.string().regex(CLUSTER_NAME, "must be the name of a cluster"),
  z.array(groupSchema),
);

/** Nodes that a site has written down, by cluster. */
export type ConfiguredNodes = ReadonlyMap<string, readonly NodePeriod[]>;

/**
 * Reads what a site says of its nodes: for each cluster a list of groups of nodes, what each node of a group has, and from
 * which day (included) up to which (excluded) in the zone of the cluster.
 *
 * @throws {ConfigError} with all problems at once
 */
export function parseClusters(text: string, zone: (cluster: string) => string): ConfiguredNodes {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ConfigError([`CLUSTERS_FILE is no JSON: ${error instanceof Error ? error.message : error}`]);
  }
  const { success, data, error } = fileSchema.safeParse(json);
  if (!success) {
    throw new ConfigError(
      error.issues.map(({ path, message }) =>
        `CLUSTERS_FILE ${[path.join("."), message].filter((part) => part !== "").join(" ")}`
      ),
    );
  }
  const problems: string[] = [];
  const clusters = new Map(
    Object.entries(data).map(([cluster, groups]) => {
      const start = (text: string) =>
        Temporal.PlainDate.from(text).toZonedDateTime(zone(cluster)).epochMilliseconds / 1000;
      const periods = groups.flatMap(({ nodes, from, until, ...parts }) => {
        const shape = shapeOf(parts);
        return nodes.map((node): NodePeriod => ({
          node,
          shape,
          from_s: start(from),
          until_s: until === null ? null : start(until),
        }));
      }).sort((a, b) => a.node < b.node ? -1 : a.node > b.node ? 1 : a.from_s - b.from_s);
      const twice = periods.find(({ node, from_s }, at) =>
        at > 0 && periods[at - 1].node === node && (periods[at - 1].until_s ?? Infinity) > from_s
      );
      if (twice !== undefined) {
        problems.push(
          `CLUSTERS_FILE ${cluster} has node ${twice.node} twice at one time: give the first an until`,
        );
      }
      return [cluster, periods] as const;
    }),
  );
  if (problems.length > 0) throw new ConfigError(problems);
  return clusters;
}

function shapeOf(
  { cpus, gpus, memory_gib, partitions }: Pick<
    z.infer<typeof groupSchema>,
    "cpus" | "gpus" | "memory_gib" | "partitions"
  >,
): NodeShape {
  const by_type: [string, number][] = typeof gpus === "number"
    ? gpus === 0 ? [] : [["untyped", gpus]]
    : Object.entries(gpus);
  return {
    cpus,
    memory_bytes: memory_gib === null ? null : memory_gib * GIB,
    gpus: by_type,
    partitions: [...new Set(partitions)].sort(),
  };
}

/**
 * Reads the file, if there is to be one.
 *
 * @throws {ConfigError} if it cannot be read or used
 */
export async function readClusters(
  { clusters_file, zone }: {
    readonly clusters_file: string | null;
    readonly zone: (cluster: string) => string;
  },
): Promise<ConfiguredNodes> {
  if (clusters_file === null) return new Map();
  let text: string;
  try {
    text = await Deno.readTextFile(clusters_file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([`CLUSTERS_FILE is ${clusters_file} but cannot be read: ${reason}`]);
  }
  return parseClusters(text, zone);
}

import type { Measure } from "./measures.ts";

/** How much there was to be used, and how much of it was. */
export const CAPACITY_MEASURES = [
  {
    name: "cpu-utilisation",
    label: "CPU utilisation",
    unit: "",
    format: "share",
    booked_by: "prorated",
    additive: false,
    capacity: "cpu",
    definition:
      "CPU-hours allocated / CPU-hours of the nodes that were there and neither down, drained nor in maintenance, over the time for which both are known; of nodes that are chosen only what was held on them; other filters than by cluster, partition and node leave the nodes as they are",
  },
  {
    name: "gpu-utilisation",
    label: "GPU utilisation",
    unit: "",
    format: "share",
    booked_by: "prorated",
    additive: false,
    capacity: "gpu",
    definition:
      "GPU-hours allocated / GPU-hours of the nodes that served, as for CPU utilisation; by type of GPU, of the GPUs of that type",
  },
  {
    name: "node-utilisation",
    label: "Node utilisation",
    unit: "",
    format: "share",
    booked_by: "prorated",
    additive: false,
    capacity: "node",
    definition:
      "Node-hours allocated / hours of the nodes that served, as for CPU utilisation; above 100 % where jobs share nodes",
  },
  {
    name: "mem-utilisation",
    label: "Memory utilisation",
    unit: "",
    format: "share",
    booked_by: "prorated",
    additive: false,
    capacity: "mem",
    definition: "Memory-hours allocated / memory-hours of the nodes that served, as for CPU utilisation",
  },
  {
    name: "cpu-hours-capacity",
    label: "CPU-hours there were",
    unit: "CPU-hours",
    format: "hours",
    booked_by: "prorated",
    additive: true,
    capacity: "cpu",
    definition:
      "CPUs of the nodes that were there and neither down, drained nor in maintenance × time, as far as it is known and reported; a node in several partitions counts in each of them, and once in all",
  },
  {
    name: "gpu-hours-capacity",
    label: "GPU-hours there were",
    unit: "GPU-hours",
    format: "hours",
    booked_by: "prorated",
    additive: true,
    capacity: "gpu",
    definition: "GPUs of the nodes that served × time, counted as CPU-hours there were",
  },
  {
    name: "node-hours-capacity",
    label: "Node-hours there were",
    unit: "node-hours",
    format: "hours",
    booked_by: "prorated",
    additive: true,
    capacity: "node",
    definition: "Time for which nodes served, counted as CPU-hours there were",
  },
] as const satisfies readonly Measure[];

import { AURORA } from "../../../lib/demo/hardware.ts";
import { createUsers } from "../../../lib/demo/people.ts";
import { createRandom } from "../../../lib/demo/random.ts";
import type { Request } from "../../../lib/demo/requests.ts";

const [user] = createUsers(createRandom(1));
const PARTITION = { ...AURORA.partitions[0], first: 0, end: 3 };

/** A request of one whole node among the first three of aurora, but for what `part` says. */
export function request(part: Partial<Request>): Request {
  return {
    id: 1,
    array: null,
    heterogeneous: false,
    user,
    account: "a",
    partition: PARTITION,
    qos: "normal",
    name: "job",
    submit_s: 0,
    eligible_s: 0,
    ready_s: 0,
    obstacle: null,
    gives_up_s: Infinity,
    gives_up_as: "CANCELLED",
    nodes: 1,
    cpus: 64,
    gpus: 0,
    mem_mb: 1000,
    fate: "COMPLETED",
    run_s: 100,
    fate_s: 100,
    limit_s: 3600,
    ...part,
  };
}

import assert from "node:assert/strict";
import { fullNames, parseAccounts, parseAssociations } from "../../../agent/inventory/accounts.ts";
import { parseEvents, parsePresentReservations, parseReservations } from "../../../agent/inventory/events.ts";
import { gpusOfGres, gpusOfTres } from "../../../agent/inventory/gres.ts";
import { parseNodes, parseSinfo } from "../../../agent/inventory/nodes.ts";
import { parsePartitions } from "../../../agent/inventory/partitions.ts";
import { recorded } from "./fixtures.ts";

Deno.test("gpusOfGres() reads types, counts and sockets, and leaves out what are no GPUs", () => {
  assert.deepEqual(gpusOfGres("gpu:a100:4(S:0-1),gpu:v100:2"), { a100: 4, v100: 2 });
  assert.deepEqual(gpusOfGres("gpu:a100:2(S:0,2),gpu:a100:2(S:1,3)"), { a100: 4 });
  assert.deepEqual(gpusOfGres("gpu:3(IDX:0-2),shard:12,mps:100,craynetwork:1,gpumem:16G"), { gpu: 3 });
  assert.deepEqual(gpusOfGres("gpu"), { gpu: 1 });
  for (const none of [null, "", "(null)", "gpu:a100:0", "gpu:a100:many", "bandwidth:10M"]) {
    assert.deepEqual(gpusOfGres(none), {}, String(none));
  }
});

Deno.test("gpusOfTres() takes the typed GPUs and what the count of all has beyond them", () => {
  assert.deepEqual(gpusOfTres("cpu=64,mem=250G,gres/gpu=4,gres/gpu:a100=4"), { a100: 4 });
  assert.deepEqual(gpusOfTres("gres/gpu=5,gres/gpu:a100=2,gres/gpu:v100=1"), { a100: 2, v100: 1, gpu: 2 });
  assert.deepEqual(gpusOfTres("gres/gpu=2"), { gpu: 2 });
  assert.deepEqual(gpusOfTres("cpu=1,gres/gpumem=16G,gres/shard=3"), {});
  assert.deepEqual(gpusOfTres(null), {});
});

/** As Slurm 23.11 and later print it, by its source: more keys, and flags of all sorts. */
const LINES = [
  "NodeName=c1 Arch=x86_64 CPUAlloc=0 CPUEfctv=62 CPUTot=64 Gres=gpu:a100:4(S:0-1) OS=Linux 5.14.0 #1 SMP State of the art RealMemory=1000 " +
  "State=DOWN*+CLOUD+POWERED_DOWN ThreadsPerCore=2 Partitions=b,a BootTime=None NextState=RESUME CfgTRES=cpu=64,mem=1000M " +
  "Reason=Not responding [slurm@2026-11-23T08:08:02] Comment=State=IDLE [me@2026-01-01]",
  "NodeName=c2 CPUTot=8 RealMemory=1 State=FUTURE Gres=(null) Partitions=",
  "NodeName=ünï_1-x CPUTot=8 RealMemory=0 State=MIXED+PLANNED",
];

Deno.test("parseNodes() reads flags, values with blanks, and nodes of no partition", () => {
  const { read, unread } = parseNodes(LINES.join("\n"));
  assert.deepEqual(unread, []);
  assert.deepEqual(read, [
    {
      name: "c1",
      cpus: 64,
      memory_bytes: 1000 * 1024 ** 2,
      gpus: { a100: 4 },
      partitions: ["a", "b"],
      state: "DOWN*+CLOUD+POWERED_DOWN",
      reason: "Not responding",
    },
    {
      name: "c2",
      cpus: 8,
      memory_bytes: 1024 ** 2,
      gpus: {},
      partitions: [],
      state: "FUTURE",
      reason: null,
    },
    {
      name: "ünï_1-x",
      cpus: 8,
      memory_bytes: null,
      gpus: {},
      partitions: [],
      state: "MIXED+PLANNED",
      reason: null,
    },
  ]);
});

Deno.test("parseNodes() keeps apart what is no node", () => {
  const { read, unread } = parseNodes("NodeName= CPUTot=1 State=IDLE\nNodeName=a State=IDLE\nerror: x\n\n");
  assert.deepEqual(read, []);
  assert.equal(unread.length, 3);
});

Deno.test("parseSinfo() makes one node of the lines of its partitions, with a reason of several lines", () => {
  const { read, unread } = parseSinfo(
    "n1|64|256000|gpu:a100:4|drained*|all|bad | disk\nsecond line\nn1|64|256000|gpu:a100:4|drained*|cpu*|bad | disk\nsecond line\n" +
      "n2|4|1|(null)|idle|cpu*|none\nn3|many\n",
  );
  assert.deepEqual(read.map(({ name, partitions, reason, state }) => [name, partitions, reason, state]), [
    ["n1", ["all", "cpu"], "bad | disk", "DRAINED*"],
    ["n2", ["cpu"], null, "IDLE"],
  ]);
  assert.deepEqual(unread, []);
  assert.equal(parseSinfo("slurm_load_partitions: x\n").unread.length, 1);
});

Deno.test("parsePartitions() reads limits, and none where there is none", () => {
  const { read } = parsePartitions(
    "PartitionName=a MaxTime=UNLIMITED Nodes=n[1-3] State=UP TotalCPUs=12\n" +
      "PartitionName=b MaxTime=1-12:00:00 Nodes=(null) State=INACTIVE TotalCPUs=0\n",
  );
  assert.deepEqual(read, [
    { name: "a", nodes: "n[1-3]", cpus: 12, max_time_s: null, state: "UP" },
    { name: "b", nodes: "", cpus: 0, max_time_s: 36 * 3600, state: "INACTIVE" },
  ]);
});

Deno.test("parseEvents() leaves out events of the cluster, and keeps bars and line ends in reasons", () => {
  const { read, unread } = parseEvents(recorded("22.05", "events").stdout ?? "");
  assert.deepEqual(unread, []);
  assert.ok(read.every(({ node }) => node.startsWith("node")));
  assert.ok(read.some(({ reason }) => reason === "first|line\nsecond|line|x|y"));
  assert.ok(read.some(({ end }) => end === null));
});

Deno.test("parseEvents() takes an end before the start for the start, and a missing state for DOWN", () => {
  const { read, unread } = parseEvents("n1|100|90||\nn1|100|Unknown|DOWN*|\nnonsense\n\n");
  assert.deepEqual(read.map(({ start, end, state }) => [start, end, state]), [[100, 100, "DOWN"], [
    100,
    null,
    "DOWN*",
  ]]);
  assert.deepEqual(unread, []);
  assert.equal(parseEvents("sacctmgr: something\n").unread.length, 1);
});

Deno.test("parseEvents() leaves out nodes that are asleep or kept for a job", () => {
  const { read } = parseEvents(
    "n1|100|200|PLANNED|planned\nn2|100|Unknown|IDLE~|Powered down after SuspendTimeout\nn3|100|200|BOOT^|\n",
  );
  assert.deepEqual(read.map(({ node }) => node), ["n3"]);
});

Deno.test("reservations are events only if they are for maintenance and have begun, and last until they have ended", () => {
  const rows = "100|200|MAINT,IGNORE_JOBS|n[1-2]|past|one\n150|900|OVERLAP,MAINT|n3|now\n" +
    "100|900|IGNORE_JOBS|n1|other\n950|999|MAINT|n1|later\n100|900|MAINT|n[1|torn\n";
  const { read, unread } = parseReservations(rows, 500);
  assert.deepEqual(read.map(({ node, end, reason }) => [node, end, reason]), [
    ["n1", 200, "Reservation past|one"],
    ["n2", 200, "Reservation past|one"],
    ["n3", null, "Reservation now"],
  ]);
  assert.equal(unread.length, 1);
  const present =
    "ReservationName=a StartTime=100 EndTime=900 Nodes=n1 Flags=MAINT,SPEC_NODES State=ACTIVE\n";
  assert.deepEqual(parsePresentReservations(present, 500).read.map(({ end }) => end), [500]);
  assert.deepEqual(parsePresentReservations("No reservations in the system\n", 500), {
    read: [],
    unread: [],
  });
});

Deno.test("parseAssociations() takes the rows of one cluster only", () => {
  const rows = "a||root|\na||phys|root\na|ada|phys|\na|ada|root|\nb||chem|root\nb|bob|chem|\ntorn\n";
  const { accounts, users, unread } = parseAssociations(rows, "A");
  assert.deepEqual(accounts, [{ account: "root", parent: null }, { account: "phys", parent: "root" }]);
  assert.deepEqual(users, [{ user: "ada", accounts: ["phys", "root"] }]);
  assert.equal(unread.length, 0, "a torn line is the rest of the line before");
});

Deno.test("parseAccounts() keeps descriptions with bars and line ends", () => {
  const about = parseAccounts(recorded("22.05", "accounts").stdout ?? "");
  assert.deepEqual(about.get("science"), { organization: "o`uni", description: "physical | sciences" });
  assert.deepEqual(about.get("ml"), { organization: "lab", description: "two\nlines" });
});

Deno.test("fullNames() reads the first item of the comment field", () => {
  assert.deepEqual([
    ...fullNames("ada:x:1:1:Ada King,room,,:/:/\nbob:x:2:2:& Ray:/:/\ncarl:x:3:3::/:/\n\nbroken\n"),
  ], [["ada", "Ada King"], ["bob", "Bob Ray"]]);
});

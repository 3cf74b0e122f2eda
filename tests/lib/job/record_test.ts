import assert from "node:assert/strict";
import { JOB_COLUMNS } from "../../../lib/job/columns.ts";
import { jobReader } from "../../../lib/job/record.ts";
import { readJob, utc } from "../../helpers.ts";

const SUBMIT = 1_700_000_000;

function reasonOf(wire: unknown): string {
  const read = jobReader("UTC")(wire);
  assert.ok("reason" in read, `accepted ${JSON.stringify(wire)}`);
  return read.reason;
}

Deno.test("jobReader() reads the fields that other clients of the contract send", () => {
  const record = readJob({
    JobID: "12345",
    User: "alice",
    Account: "physics",
    Partition: "compute",
    State: "COMPLETED",
    Submit: "2024-10-31T10:00:00",
    Start: "2024-10-31T10:05:00",
    End: "2024-10-31T11:05:00",
    CPUHours: 4.5,
    GPUHours: 0,
    AllocCPUS: 4,
    AllocGPUS: 0,
    AllocNodes: 1,
    NodeList: "node001",
    QOS: "normal",
  });
  assert.equal(record.JobIDRaw, "12345");
  assert.equal(record.Submit, utc("2024-10-31T10:00"));
  assert.equal(record.End, utc("2024-10-31T11:05"));
  assert.equal(record.CPUHours, 4, "hours are those of every total: 4 CPUs for an hour");
  assert.equal(record.GPUHours, 0);
  assert.equal(record.ReqMem, null);
});

Deno.test("jobReader() gives every column a value or null, whatever is left out, and nothing else", () => {
  const record = readJob({ favourite_colour: "blue" });
  assert.deepEqual(Object.keys(record), JOB_COLUMNS.map(({ name }) => name));
  assert.equal(record.User, null);
  assert.equal(record.Start, null);
});

Deno.test("jobReader() reads epoch times, times with and without offset in one batch", () => {
  const read = jobReader("Europe/Berlin");
  const expected = utc("2024-07-01T10:00");
  const times = [
    expected,
    String(expected),
    "2024-07-01T12:00:00",
    "2024-07-01 12:00:00",
    "2024-07-01T10:00:00Z",
    "2024-07-01T06:00:00-04:00",
    "2024-07-01T12:00:00.750",
  ];
  for (const Submit of times) {
    const record = read({ JobID: "1", Submit });
    assert.ok(!("reason" in record), String(Submit));
    assert.equal(record.Submit, expected, String(Submit));
  }
});

Deno.test("jobReader() reads times without offset across changes of the clock in the cluster's zone", () => {
  const berlin = (Submit: string) => readJob({ Submit }, "Europe/Berlin").Submit;
  assert.equal(berlin("2024-03-31T01:59:59"), utc("2024-03-31T00:59:59"));
  assert.equal(berlin("2024-03-31T03:00:00"), utc("2024-03-31T01:00"));
  assert.equal(
    berlin("2024-03-31T02:30:00"),
    utc("2024-03-31T01:30"),
    "a skipped time is read an hour later",
  );
  assert.equal(
    berlin("2024-10-27T02:30:00"),
    utc("2024-10-27T00:30"),
    "of a repeated time the first is meant",
  );
  assert.equal(readJob({ Submit: "2024-01-01T00:00:00" }, "Asia/Kathmandu").Submit, utc("2023-12-31T18:15"));
  assert.equal(
    readJob({ Submit: "2024-01-01T00:00:00" }, "America/New_York").Submit,
    utc("2024-01-01T05:00"),
  );
});

Deno.test("jobReader() takes a job without Start, whatever stands in its place", () => {
  for (const Start of [undefined, null, "", "None", "Unknown", "N/A", 0, "0"]) {
    assert.equal(readJob({ Start, State: "CANCELLED by 7", End: SUBMIT }).Start, null, String(Start));
  }
});

Deno.test("jobReader() takes a job without Submit as long as another time is known", () => {
  assert.equal(readJob({ Submit: "Unknown", Start: SUBMIT }).Submit, null);
  assert.match(reasonOf({ JobID: "1", Submit: "Unknown" }), /no place in time/);
});

Deno.test("jobReader() keeps jobs whose values are odd", () => {
  assert.equal(readJob({ TimelimitRaw: "Partition_Limit" }).TimelimitRaw, null);
  assert.equal(readJob({ TimelimitRaw: "UNLIMITED" }).TimelimitRaw, null);
  assert.equal(readJob({ TimelimitRaw: "1-02:03:04" }).TimelimitRaw, 26 * 60 + 4);
  assert.equal(readJob({ TimelimitRaw: "60" }).TimelimitRaw, 60);
  assert.equal(readJob({ TotalCPU: "INVALID" }).TotalCPU, null);
  assert.equal(readJob({ TotalCPU: "02:03.500" }).TotalCPU, 123.5);
  assert.equal(readJob({ TotalCPU: "1-02:03:04" }).TotalCPU, 93_784);
  assert.equal(readJob({ ElapsedRaw: "00:15:00" }).ElapsedRaw, 900);
  assert.equal(readJob({ MaxRSS: "1234K" }).MaxRSS, 1234 * 1024);
  assert.equal(readJob({ MaxRSS: "1234" }).MaxRSS, 1234);
  assert.equal(readJob({ MaxRSS: "" }).MaxRSS, null);
  assert.equal(readJob({ AllocCPUS: 4_294_967_294 }).AllocCPUS, null, "Slurm's mark for an unset count");
  assert.equal(readJob({ AllocNodes: "Unknown" }).AllocNodes, null);
  assert.equal(readJob({ NodeList: "broken[1-" }).NodeList, "broken[1-");
  assert.equal(readJob({ NodeList: "broken[1-" }).AllocNodes, null);
});

Deno.test("jobReader() keeps unknown states, takes the uid out of a cancelled one and completes a cut one", () => {
  assert.equal(readJob({ State: "NEWER_THAN_US" }).State, "NEWER_THAN_US");
  const cancelled = readJob({ State: "CANCELLED by 1000" });
  assert.deepEqual([cancelled.State, cancelled.CancelledBy], ["CANCELLED", "1000"]);
  const cut = readJob({ State: "CANCELLED+" });
  assert.deepEqual([cut.State, cut.CancelledBy], ["CANCELLED", null]);
  assert.equal(readJob({ State: "CANCELLED", CancelledBy: "7" }).CancelledBy, "7");
});

Deno.test("jobReader() takes memory asked for each CPU or node times their number", () => {
  const MB = 1024 ** 2;
  const memory = (ReqMem: string) => readJob({ ReqMem, AllocCPUS: 8, AllocNodes: 2 }).ReqMem;
  assert.equal(memory("4000Mc"), 8 * 4000 * MB);
  assert.equal(memory("31000Mn"), 2 * 31_000 * MB);
  assert.equal(memory("2147486648Mn"), 8 * 3000 * MB, "the highest of 32 bits marks a value per CPU");
  assert.equal(memory("62.50G"), 62.5 * 1024 * MB);
  assert.equal(readJob({ ReqMem: "4000Mc" }).ReqMem, null, "without a count there is no amount");
});

Deno.test("jobReader() counts GPUs once when they are listed with and without their type", () => {
  const gpus = (AllocTRES: string) => readJob({ AllocTRES }).AllocGPUS;
  assert.equal(gpus("cpu=8,gres/gpu=3,gres/gpu:a100=2,gres/gpu:v100=1,mem=4G,node=2"), 3);
  assert.equal(gpus("cpu=8,gres/gpu:a100=2,gres/gpu:v100=1"), 3);
  assert.equal(gpus("cpu=8,gres/gpumem=16G,gres/gpuutil=80,gres/shard=4"), 0);
  assert.equal(readJob({}).AllocGPUS, null, "nothing said about TRES");
});

Deno.test("jobReader() takes CPUs and nodes from AllocTRES, then nodes from the list", () => {
  const record = readJob({ AllocTRES: "billing=9,cpu=8,node=2" });
  assert.deepEqual([record.AllocCPUS, record.AllocNodes], [8, 2]);
  assert.equal(readJob({ NodeList: "n[1-4]" }).AllocNodes, 4);
  assert.equal(readJob({ NodeList: "gpu[01-03],cpu[5-6]" }).AllocNodes, 5);
  assert.equal(readJob({ NodeList: "None assigned" }).AllocNodes, 0);
});

Deno.test("jobReader() computes hours of jobs that ran only", () => {
  const ran = { Start: SUBMIT, End: SUBMIT + 7200, AllocCPUS: 4, AllocGPUS: 1, NodeList: "n1" };
  assert.equal(readJob(ran).CPUHours, 8);
  assert.equal(readJob({ ...ran, ElapsedRaw: 3600 }).CPUHours, 4, "without the time it was suspended");
  assert.equal(readJob({ ...ran, ElapsedRaw: 3600 }).GPUHours, 1);
  assert.equal(readJob({ ...ran, NodeList: "None assigned" }).CPUHours, null);
  assert.equal(readJob({ ...ran, Start: null }).CPUHours, null);
  assert.equal(readJob({ ...ran, End: SUBMIT - 10 }).CPUHours, 0, "an End before Start is no negative time");
});

Deno.test("jobReader() reads shares in percent, above 100 too, and bytes", () => {
  const read = readJob({
    GPUUtilAve: 87.5,
    GPUUtilMax: "390",
    GPUMemMax: "80G",
    DiskRead: 4096,
    DiskWrite: "",
  });
  assert.deepEqual([read.GPUUtilAve, read.GPUUtilMax, read.GPUMemMax], [87.5, 390, 80 * 2 ** 30]);
  assert.deepEqual([read.DiskRead, read.DiskWrite, read.GPUMemAve], [4096, null, null]);
});

Deno.test("jobReader() refuses steps", () => {
  for (const JobID of ["123.batch", "123.extern", "123.0", "123_4.interactive", "37+0.1"]) {
    assert.match(reasonOf({ JobID, Submit: SUBMIT }), /a step, not a job/, JobID);
  }
  for (const JobID of ["123", "123_4", "123_[5-9%2]", "123+0", "made-by-hand"]) {
    assert.equal(readJob({ JobID }).JobID, JobID);
  }
});

Deno.test("jobReader() refuses a record without a usable job id", () => {
  for (const JobID of [undefined, null, "", "  "]) {
    assert.match(reasonOf({ JobID, Submit: SUBMIT }), /JobID: is missing/);
  }
  assert.match(reasonOf({ JobID: "1".repeat(256), Submit: SUBMIT }), /longer than 255/);
  assert.equal(readJob({ JobID: 77 }).JobID, "77");
});

Deno.test("jobReader() refuses negative and unreadable hours alone, with the column and the reason", () => {
  assert.match(
    reasonOf({ JobID: "1", Submit: SUBMIT, CPUHours: -1 }),
    /^CPUHours: is -1 but must be at least 0$/,
  );
  for (const GPUHours of ["many", "1,5", "0x10", "Infinity", "1e999"]) {
    assert.match(
      reasonOf({ JobID: "1", Submit: SUBMIT, GPUHours }),
      /^GPUHours: .*must be a number$/,
      GPUHours,
    );
  }
  assert.match(
    reasonOf({ JobID: "1", Submit: SUBMIT, CPUHours: NaN }),
    /^CPUHours: is NaN but must be a number$/,
  );
  assert.match(
    reasonOf({ JobID: "1", Submit: SUBMIT, AllocCPUS: 1.5 }),
    /^AllocCPUS: is 1.5 but must be a whole/,
  );
  assert.match(reasonOf({ JobID: "1", Submit: SUBMIT, AllocCPUS: 2 ** 31 }), /^AllocCPUS: .*whole number/);
});

Deno.test("jobReader() names all problems of a record, not just the first", () => {
  const reason = reasonOf({
    JobID: "1.batch",
    Submit: "yesterday",
    CPUHours: -1,
    User: ["x"],
    State: { a: 1 },
  });
  for (
    const part of [
      "JobID: ",
      "Submit: Cannot parse time",
      "CPUHours: ",
      "User: is a list",
      "State: is an object",
    ]
  ) {
    assert.ok(reason.includes(part), `${part} not in: ${reason}`);
  }
});

Deno.test("jobReader() refuses what is no object", () => {
  assert.equal(reasonOf(null), "is null but must be an object");
  assert.equal(reasonOf([]), "is a list but must be an object");
  assert.equal(reasonOf("job"), 'is "job" but must be an object');
});

Deno.test("jobReader() keeps hostile text as the text it is", () => {
  const hostile = [
    "__proto__",
    "constructor",
    "<script>alert(1)</script>",
    "'; DROP TABLE jobs; --",
    "O'Brien",
    'a|b\tc\nd"e',
    "nul\u0000inside",
    "😀 ünïcode 你好",
    "../../etc/passwd",
  ];
  for (const text of hostile) {
    const record = readJob({ JobName: text, Account: text, User: text, Partition: text });
    assert.deepEqual([record.JobName, record.Account, record.User, record.Partition], [
      text,
      text,
      text,
      text,
    ]);
  }
  assert.equal(readJob({ JobName: "half \ud800 pair" }).JobName, "half \ufffd pair");
  assert.match(reasonOf({ JobID: "1", Submit: SUBMIT, JobName: "x".repeat(65_537) }), /^JobName: is longer/);
});

Deno.test("jobReader() is not fooled by inherited properties", () => {
  const wire = JSON.parse(`{"__proto__": {"JobID": "1", "Submit": ${SUBMIT}}}`);
  assert.match(reasonOf(wire), /JobID: is missing/);
  assert.match(reasonOf(Object.create({ JobID: "1", Submit: SUBMIT })), /JobID: is missing/);
});

Deno.test("jobReader() refuses times outside 1970 to 2106", () => {
  assert.match(reasonOf({ JobID: "1", Submit: 1e12 }), /Submit: Time 1000000000000 lies outside/);
  assert.match(reasonOf({ JobID: "1", Submit: -5 }), /Submit: Time -5 lies outside/);
});

Deno.test("jobReader() gives only numbers that a file can hold", () => {
  const record = readJob({
    AllocCPUS: 2 ** 31 - 1,
    ReqMem: "9999999999Ec",
    MaxRSS: "9999999999E",
    AllocTRES: "gres/gpu=4000000000,gres/gpu:a=4000000000",
  });
  assert.equal(record.ReqMem, null);
  assert.equal(record.MaxRSS, null);
  assert.equal(record.AllocGPUS, null);
});

Deno.test("jobReader() keeps a known zero of what a job used, and reads what it cannot read of it as unknown", () => {
  const read = jobReader("UTC");
  const wire = { JobID: "5", Submit: 1_730_534_400 };
  const names = ["DiskRead", "DiskWrite", "GPUUtilAve", "GPUUtilMax", "GPUMemAve", "GPUMemMax"] as const;
  for (const name of names) {
    for (const zero of [0, -0, "0", "0.00", " 0 "]) {
      const record = read({ ...wire, [name]: zero });
      assert.ok(!("reason" in record) && Object.is(record[name], 0), `${name} ${zero}`);
    }
    for (const odd of ["12.3 MB", -1, "n/a", true, {}, ["1"], NaN, "1e400"]) {
      const record = read({ ...wire, [name]: odd });
      assert.ok(!("reason" in record) && record[name] === null, `${name} ${JSON.stringify(odd)}`);
    }
    const record = read({ ...wire, [name]: "4096" });
    assert.ok(!("reason" in record) && record[name] === 4096);
  }
  for (const name of ["ReqMem", "MaxRSS"] as const) {
    const record = read({ ...wire, [name]: 0 });
    assert.ok(!("reason" in record) && record[name] === null, name);
    assert.ok("reason" in read({ ...wire, [name]: "12.3 MB" }), name);
  }
});

import type { Random } from "./random.ts";

/** Someone who submits jobs, and how. */
export interface User {
  /** Place in the list of users. */
  readonly index: number;
  readonly uid: number;
  readonly login: string;
  /** Unix group, the field of work. */
  readonly group: string;
  /** The first is the one mostly charged. */
  readonly accounts: readonly string[];
  readonly job_names: readonly string[];
  /** How many jobs the user submits beside the others, on a cluster without and one with GPUs. */
  readonly cpu_weight: number;
  readonly gpu_weight: number;
  /** Place in a partition's shapes, 0 the smallest and 1 the largest, that the jobs lie around. */
  readonly size: number;
  /** Length of the jobs beside the median. */
  readonly pace: number;
  /** How much longer the time limit is than the run expected; null for those who always ask for the most. */
  readonly overask: number | null;
  /** From 0, never, to 1: whether a submission becomes an array when it may. */
  readonly arrays: number;
  /** How often jobs fail beside the others'. */
  readonly clumsiness: number;
  /** Share of the CPUs and of the memory that the jobs mostly use. */
  readonly cpu_efficiency: number;
  readonly mem_efficiency: number;
  /** Leaning towards the partitions of a cluster, as powers of e. */
  readonly leaning: readonly number[];
}

/** A field of work with the accounts it is charged on. */
export interface Field {
  readonly name: string;
  readonly accounts: readonly string[];
  readonly job_names: readonly string[];
  /** How much the field uses GPUs rather than CPUs, 0 to 1. */
  readonly gpu: number;
}

/** The fields of work of the demonstration. */
export const FIELDS: readonly Field[] = [
  {
    name: "physics",
    accounts: ["physics-hep", "physics-hep-atlas", "physics-astro", "physics-lattice", "physics-plasma"],
    job_names: ["pythia_scan", "delphes", "nbody_512", "hmc_b3.9", "pic_run", "reco"],
    gpu: 0.25,
  },
  {
    name: "chem",
    accounts: ["chem-catalysis", "chem-md", "chem-quantum", "chem-polymers"],
    job_names: ["vasp_relax", "gromacs_npt", "orca_opt", "neb", "lammps", "cp2k_aimd"],
    gpu: 0.3,
  },
  {
    name: "bio",
    accounts: ["bio-genomics", "bio-proteins", "bio-imaging", "bio-ecology"],
    job_names: ["align", "nf-variant_call", "fold", "segment", "blastp", "assembly"],
    gpu: 0.45,
  },
  {
    name: "climate",
    accounts: ["climate-ocean", "climate-atmos", "climate-land"],
    job_names: ["icon_r2b6", "nemo_year", "postproc", "ensemble", "regrid"],
    gpu: 0.05,
  },
  {
    name: "eng",
    accounts: ["eng-cfd", "eng-fem", "eng-combustion"],
    job_names: ["openfoam", "airfoil_sweep", "abaqus", "les_channel", "mesh"],
    gpu: 0.15,
  },
  {
    name: "cs",
    accounts: ["cs-ml", "cs-nlp", "cs-vision", "cs-systems"],
    job_names: ["train", "finetune-7b", "eval", "sweep", "jupyter", "pretrain", "ablation"],
    gpu: 0.9,
  },
  {
    name: "math",
    accounts: ["math-pde", "math-stats"],
    job_names: ["mcmc", "adaptive_fem", "bootstrap", "solver_test"],
    gpu: 0.15,
  },
  {
    name: "med",
    accounts: ["med-radiology", "med-epi"],
    job_names: ["unet_ct", "cohort", "registration", "impute"],
    gpu: 0.6,
  },
  {
    name: "guest",
    accounts: ["guest-training"],
    job_names: ["hello", "exercise3", "test", "bash"],
    gpu: 0.4,
  },
];

const USERS = 120;
const FIRST_UID = 20_101;
const INITIALS = "abcdefghijklmnoprstvwy";
const SURNAMES = [
  ..."adler bauer becker berg bianchi blanc brandt chen costa dubois eriksen fischer fontana garcia gruber"
    .split(" "),
  ..."haas hansen hofmann horvat huang ito ivanova jansen kaya keller kim klein koch kowalski kumar lang"
    .split(" "),
  ..."larsen lehmann lopez maier marino martin meyer moreau muller nagy novak olsen park patel peters popov"
    .split(" "),
  ..."ricci richter rossi sato schmidt schulz silva singh sommer tanaka vogel wagner walter weber wolf yilmaz"
    .split(" "),
];

/** Some 120 users of 28 accounts; a few of them submit most of the jobs (Zipf's law). */
export function createUsers(random: Random): readonly User[] {
  const logins = new Set<string>();
  while (logins.size < USERS) logins.add((random.pick([...INITIALS]) + random.pick(SURNAMES)).slice(0, 8));
  const accounts = FIELDS.flatMap((field) => field.accounts.map((account) => ({ field, account })));
  // Ranks are dealt out by a stride that shares no factor with 120, so that they say nothing about the field.
  return [...logins].map((login, index) =>
    createUser(
      { ...accounts[index % accounts.length], login, index, rank: (index * 77 + 13) % USERS },
      random,
    )
  );
}

function createUser(
  place: {
    readonly field: Field;
    readonly account: string;
    readonly login: string;
    readonly index: number;
    readonly rank: number;
  },
  random: Random,
): User {
  const { field, account, login, index, rank } = place;
  const others = FIELDS.flatMap((each) => each.accounts);
  const siblings = random.next() < 0.7 ? field.accounts : others;
  const more = Array.from({ length: random.pick([0, 0, 0, 1, 1, 2]) }, () => random.pick(siblings));
  const weight = 1 / (rank + 2.5) ** 0.95;
  return {
    index,
    uid: FIRST_UID + index,
    login,
    group: field.name,
    accounts: [...new Set([account, ...more])],
    job_names: field.job_names,
    cpu_weight: weight * (1 - field.gpu),
    gpu_weight: weight * field.gpu,
    size: random.next(),
    pace: Math.exp(0.5 * random.normal()),
    overask: random.next() < 0.2 ? null : 1.4 + 4 * random.next() ** 1.5,
    arrays: random.next() < 0.4 ? 0.2 + 0.8 * random.next() : 0.02,
    clumsiness: field.name === "guest" ? 2.5 : Math.exp(0.5 * random.normal()),
    cpu_efficiency: 0.25 + 0.72 * Math.sqrt(random.next()),
    mem_efficiency: 0.08 + 0.8 * random.next(),
    leaning: Array.from({ length: 4 }, () => 0.9 * random.normal()),
  };
}

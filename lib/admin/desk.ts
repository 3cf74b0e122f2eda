/** Where the commands work and what they write to. */
export interface Desk {
  /** The data folder. */
  readonly root: string;
  /** IANA zone of a cluster. */
  readonly zone: (cluster: string) => string;
  readonly now_ms: () => number;
  /** Writes to the standard output. */
  readonly out: (text: string | Uint8Array) => void;
  /** Writes to the standard error, for people. */
  readonly say: (text: string) => void;
}

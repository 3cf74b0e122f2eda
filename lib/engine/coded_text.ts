import { CODED_COLUMNS, type CodedColumn } from "../job/table.ts";

/** A column of dictionary codes: one of the record's, or the derived `gpu_types`. */
export type CodedText = CodedColumn | "gpu_types";

export const CODED_TEXT: readonly CodedText[] = [...CODED_COLUMNS, "gpu_types"];

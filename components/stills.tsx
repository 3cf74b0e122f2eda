import { still } from "./still_slot.ts";
import { StillChart } from "./StillChart.tsx";
import { StillCurves } from "./StillCurves.tsx";

still.draw = (spec) => spec.kind === "curves" ? <StillCurves spec={spec} /> : <StillChart spec={spec} />;

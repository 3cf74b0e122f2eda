import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { FigureWords } from "../lib/view/chart_spec.ts";
import { formatInstant } from "../lib/view/format.ts";
import { type ChartTheme, readTheme } from "./chart_theme.ts";

/** What a picture says beside its figure. */
export interface PictureOptions {
  readonly theme: ChartTheme;
  /** Where the numbers are from, as the address of the page. */
  readonly source: string;
  /** When the picture was made, as text. */
  readonly date: string;
}

/** What can be taken from a figure. */
export interface FigureToolsProps {
  readonly spec: FigureWords;
  /** This view with its dates written out, so that the link shows the same days for ever. */
  readonly dates_href?: string;
  /** Makes a picture; null before there is anything to make one of: pictures and links to copy need scripts. */
  readonly picture: ((options: PictureOptions) => Promise<Blob>) | null;
  /** Ways to other views of the figure. */
  readonly children?: ComponentChildren;
}

/** Links and buttons to take a figure along: numbers, picture, address. */
export function FigureTools({ spec, dates_href, picture, children }: FigureToolsProps) {
  const [said, setSaid] = useState("");
  const copyLink = async (href: string) => {
    const address = new URL(href, location.href);
    address.hash = spec.id;
    setSaid(await copied(address.href) ? "Link copied" : `Copy this address: ${address.href}`);
  };
  const savePicture = async (button: Element) => {
    if (picture === null) return;
    const date = formatInstant(Date.now() / 1000, "UTC") + " UTC";
    try {
      save(await picture({ theme: readTheme(button), source: location.href, date }), `${spec.id}.png`);
      setSaid("Picture saved");
    } catch {
      setSaid("The browser could not make the picture");
    }
  };
  return (
    <div class="tools">
      {children}
      {spec.csv_href !== "" && <a href={spec.csv_href} download="">CSV</a>}
      {spec.parquet_href !== "" && <a href={spec.parquet_href} download="">Parquet</a>}
      {picture !== null && (
        <>
          <button type="button" onClick={(event) => savePicture(event.currentTarget)}>PNG</button>
          <button type="button" onClick={() => copyLink(location.href)}>Copy link</button>
          {dates_href !== undefined && (
            <button type="button" onClick={() => copyLink(dates_href)}>Copy link with dates</button>
          )}
        </>
      )}
      <span class="tools-said" role="status">{said}</span>
    </div>
  );
}

/** On plain http there is no clipboard to write to, only the copy command for what is selected. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "visually-hidden";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** Reloads the page once the development server that it reconnects to is another process than before. */
let known: string | null = null;

new EventSource("/_fresh/dev/events").addEventListener("message", ({ data }: MessageEvent<string>) => {
  if (known !== null && known !== data) location.reload();
  known = data;
});

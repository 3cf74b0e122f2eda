import { PageHead } from "../components/PageHead.tsx";
import { define } from "../state.ts";

/** An address that leads nowhere. */
export default define.page(function NotFound({ url }) {
  return (
    <>
      <PageHead title="Page not found" question={`There is nothing at ${url.pathname}`} />
      <p class="prose">
        The address may be mistyped, or the page has moved. Start again from the <a href="/">overview</a>.
      </p>
    </>
  );
});

import { HttpError } from "fresh";
import { PageHead } from "../components/PageHead.tsx";
import { define } from "../state.ts";

/** What went wrong, in words, with the id under which the log has it. */
export default define.page(function Failed({ error, url, state }) {
  const status = error instanceof HttpError ? error.status : 500;
  const expected = error instanceof HttpError && error.status < 500 && error.message !== "";
  return (
    <>
      <PageHead
        title={status === 500 ? "This page could not be made" : `Error ${status}`}
        question={expected ? error.message : "The reason is in the server’s log."}
      />
      <p class="prose">
        <a href={url.pathname + url.search}>Try again</a>, or start from the <a href="/">overview</a>. Request
        {" "}
        <code>{state.request_id}</code>.
      </p>
    </>
  );
});

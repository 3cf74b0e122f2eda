/** How to add the first cluster, with the commands and the place of the key. */
export function SetupGuide() {
  return (
    <section class="panel setup" aria-labelledby="setup-title">
      <h2 id="setup-title">Add your first cluster</h2>
      <p class="prose">
        No cluster has reported yet. An agent beside Slurm reads accounting records with sacct and sends them
        here; it needs no open port and no rights beyond sacct.
      </p>
      <ol class="steps">
        <li>
          <h3>Make a key on this server</h3>
          <p>One key a cluster; write it into the server’s .env and restart the server.</p>
          <pre><code>{KEY}</code></pre>
        </li>
        <li>
          <h3>Install the agent on a host where sacct works</h3>
          <pre><code>sudo ./agent/install.sh</code></pre>
        </li>
        <li>
          <h3>Tell it where to report, in config.json</h3>
          <pre><code>{CONFIG}</code></pre>
        </li>
        <li>
          <h3>Watch the first batch arrive</h3>
          <p>
            The <a href="/status">status page</a> shows it within a minute; the history follows day by day.
          </p>
        </li>
      </ol>
    </section>
  );
}

const KEY = `openssl rand -hex 32
# in .env
API_KEYS=alpha:KEY`;

const CONFIG = `{
  "cluster": "alpha",
  "server": "https://usage.example.org",
  "key": "KEY"
}`;

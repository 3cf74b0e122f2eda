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
          <p>One for each cluster, in the server’s .env; restart the server then.</p>
          <pre><code>{KEY}</code></pre>
        </li>
        <li>
          <h3>Install the agent on a host where sacct works</h3>
          <p>Copy the agent’s folder there and run its installer.</p>
          <pre><code>sudo ./install.sh</code></pre>
        </li>
        <li>
          <h3>Tell it where to report</h3>
          <p>
            In{" "}
            <code>/etc/slurm-usage-history-exporter/config.json</code>; the cluster’s name is asked of Slurm.
          </p>
          <pre><code>{CONFIG}</code></pre>
        </li>
        <li>
          <h3>Send the last days, then every night</h3>
          <pre><code>{RUN}</code></pre>
          <p>
            This page and the <a href="/status">status page</a>{" "}
            show the first batch as soon as it is here. To fill in earlier years, give the agent{" "}
            <code>--start-date</code> and <code>--end-date</code>.
          </p>
        </li>
      </ol>
    </section>
  );
}

const KEY = `openssl rand -hex 24
# .env
API_KEYS=alpha=THE-KEY`;

const CONFIG = `{
  "api_url": "https://this-server.example.com",
  "api_key": "THE-KEY"
}`;

const RUN = `sudo slurm-usage-history-exporter
sudo systemctl enable --now slurm-usage-history-exporter.timer`;

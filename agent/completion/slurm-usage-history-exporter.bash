# Completion for bash of slurm-usage-history-exporter.

_slurm_usage_history_exporter() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local commands='collect backfill verify doctor status version help'
  local command='' word options
  COMPREPLY=()

  case $previous in
    --config)
      compopt -o filenames 2>/dev/null || true
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      return
      ;;
    --start-date | --end-date) return ;;
  esac

  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case " $commands " in *" $word "*) command=$word; break ;; esac
  done
  case $command in
    doctor | status) options='--config --json --verbose --help' ;;
    version) options='' ;;
    help) options=$commands ;;
    '' | collect | backfill | verify)
      options='--config --start-date --end-date --dry-run --json --verbose --help'
      [[ -n $command ]] || options+=" --version $commands"
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
}

complete -F _slurm_usage_history_exporter slurm-usage-history-exporter
